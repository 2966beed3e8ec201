/** What the engines themselves say they printed, and when: files that koubou knows nothing of. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { AttemptId } from '../../src/shared/ids.ts';

export interface PrintedLine {
  readonly text: string;
  /** Seconds since the machine was started. */
  readonly at: number;
}

/** Whole lines only: the last one may be cut. */
export function printedBy(attempt: AttemptId, folder: string): PrintedLine[] {
  const file = path.join(folder, 'printed', attempt);
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line) => {
      const [, text, at] = /^(L \d+ \d+) @(\d+\.\d+)$/.exec(line) ?? [];
      return text === undefined ? [] : [{ text, at: Number(at) }];
    });
}
