/** Progress on stderr: a bar that redraws itself on a terminal, a line every few seconds everywhere else. */
import { grouped } from './table.ts';

const LINE_EVERY_MS = 5000;
const REDRAW_EVERY_MS = 100;
const BAR_WIDTH = 28;

export interface Progress {
  /** Says how far it is, and in a few words what is going on. */
  at(done: number, note?: string): void;
  /** Draws the final state and ends the line. */
  end(note?: string): void;
}

export interface ProgressSettings {
  readonly stream: Pick<NodeJS.WriteStream, 'write' | 'isTTY'>;
  readonly title: string;
  readonly total?: number | undefined;
  readonly now?: () => number;
}

export function createProgress({ stream, title, total, now = Date.now }: ProgressSettings): Progress {
  const terminal = stream.isTTY === true;
  const startedAt = now();
  let done = 0;
  let lastNote = '';
  let drawnAt = terminal ? -Infinity : startedAt;

  const draw = () => {
    drawnAt = now();
    const text = [title, total === undefined ? grouped(done) : measure(done, total), lastNote]
      .filter((part) => part !== '')
      .join('  ');
    stream.write(terminal ? `\r\u001b[2K${text}` : `${text}\n`);
  };
  return {
    at(count, note = lastNote) {
      done = count;
      lastNote = note;
      if (now() - drawnAt >= (terminal ? REDRAW_EVERY_MS : LINE_EVERY_MS)) draw();
    },
    end(note = `${((now() - startedAt) / 1000).toFixed(1)} s`) {
      lastNote = note;
      draw();
      if (terminal) stream.write('\n');
    },
  };
}

function measure(done: number, total: number): string {
  const share = total === 0 ? 1 : Math.min(1, done / total);
  const filled = Math.round(share * BAR_WIDTH);
  return `[${'#'.repeat(filled)}${'.'.repeat(BAR_WIDTH - filled)}] ${String(Math.floor(share * 100)).padStart(3)} %  ${grouped(done)} of ${grouped(total)}`;
}
