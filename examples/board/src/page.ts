/** The page: a table that follows the stock, fed by the browser's own EventSource from the server of the page. */
import { createBoard, type Item, type Level } from './board.ts';

interface LevelPage {
  readonly items: readonly Level[];
  readonly nextCursor: string | null;
}

const FLASH_MS = 1_200;
const AGAIN_MS = 1_000;
/** A kind that the page does not listen to never reaches it, and neither does its id. */
const KINDS = ['level', 'reset', 'position'];

const rows = new Map<string, HTMLTableRowElement>();
const body = find('levels');
const status = find('status');
const board = createBoard({ readLevels, onChange: show });

listen('');

/** The browser comes back by itself after a broken connection, but gives up after a refusal; then the page begins anew. */
function listen(from: string): void {
  let last = from;
  const source = new EventSource(`/v1/stock/watch${from === '' ? '' : `?lastEventId=${encodeURIComponent(from)}`}`);
  for (const kind of KINDS)
    source.addEventListener(kind, (event: MessageEvent<string>) => {
      last = event.lastEventId;
      board.hear(JSON.parse(event.data) as Item);
    });
  source.onopen = () => tell('live', 'live');
  source.onerror = () => {
    tell('reconnecting…', 'away');
    if (source.readyState === EventSource.CLOSED) setTimeout(() => listen(last), AGAIN_MS);
  };
}

async function readLevels(): Promise<readonly Level[]> {
  const levels: Level[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const response = await fetch(
      `/v1/stock/levels?limit=500${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`,
    );
    if (!response.ok) throw new Error(`Granary answered ${response.status}`);
    const page = (await response.json()) as LevelPage;
    levels.push(...page.items);
    cursor = page.nextCursor;
  }
  return levels;
}

function show(changed: Level | undefined): void {
  for (const level of changed === undefined ? board.levels() : [changed]) write(level, changed !== undefined);
}

function write(level: Level, isNew: boolean): void {
  const { skuId, locationId, onHand, reserved, locked, version } = level;
  const key = `${skuId}\n${locationId}`;
  const row = rows.get(key) ?? document.createElement('tr');
  const texts = [skuId, locationId, onHand, reserved, locked, version].map(String);
  // Text, never HTML: a SKU may be called anything.
  row.replaceChildren(...texts.map((text) => Object.assign(document.createElement('td'), { textContent: text })));
  if (!rows.has(key)) {
    rows.set(key, row);
    const after = [...rows.keys()].filter((other) => other > key).toSorted()[0];
    body.insertBefore(row, after === undefined ? null : (rows.get(after) ?? null));
  }
  if (!isNew) return;
  row.classList.add('changed');
  setTimeout(() => row.classList.remove('changed'), FLASH_MS);
}

function tell(text: string, name: string): void {
  status.textContent = text;
  status.className = name;
}

function find(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`the page has no #${id}`);
  return element;
}
