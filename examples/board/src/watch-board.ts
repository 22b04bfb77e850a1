/** The board fed by the typed client: for Node, and for a page whose bundler brings the client along. */
import type { ConnectionState, GranaryClient } from '@granary/client';
import { type Board, type BoardParts, createBoard, type Item, type Level } from './board.ts';

export interface WatchedBoard extends Board {
  stop(): void;
}

export interface WatchBoardOptions extends Pick<BoardParts, 'onChange' | 'onTrouble'> {
  readonly granary: Pick<GranaryClient, 'stock'>;
  readonly onItem?: (item: Item) => void;
  readonly onConnection?: (state: ConnectionState) => void;
}

export function watchBoard({ granary, onItem, onConnection, ...parts }: WatchBoardOptions): WatchedBoard {
  const board = createBoard({ ...parts, readLevels: () => readLevels(granary) });
  const subscription = granary.stock.watch.subscribe(
    {},
    {
      onData({ data }) {
        onItem?.(data);
        board.hear(data);
      },
      onError: (error) => parts.onTrouble?.(error),
      ...(onConnection === undefined ? {} : { onConnectionStateChange: onConnection }),
    },
  );
  return { ...board, stop: () => subscription.unsubscribe() };
}

async function readLevels(granary: Pick<GranaryClient, 'stock'>): Promise<readonly Level[]> {
  const levels: Level[] = [];
  for (let cursor: string | undefined; ;) {
    const page = await granary.stock.levels.query({ limit: 500, ...(cursor === undefined ? {} : { cursor }) });
    levels.push(...page.items);
    if (page.nextCursor === null) return levels;
    cursor = page.nextCursor;
  }
}
