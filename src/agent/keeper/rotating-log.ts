/** A log file that is cut into pieces: `agent.log` grows to a limit, then becomes `agent.log.1`, and so on. */
import { appendFileSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';

const MOST_BYTES = 5 * 1024 * 1024;
const OLDER = 3;

/** @returns takes what is to be written; a disk that takes nothing loses it, and nobody is stopped by that */
export function openRotatingLog(
  file: string,
  { mostBytes = MOST_BYTES, older = OLDER }: { mostBytes?: number; older?: number } = {},
): (chunk: Uint8Array | string) => void {
  let size = 0;
  try {
    mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  } catch {
    // See the writes below.
  }

  function rotate(): void {
    rmSync(`${file}.${older}`, { force: true });
    for (let n = older - 1; n >= 1; n--) moveIfThere(`${file}.${n}`, `${file}.${n + 1}`);
    moveIfThere(file, `${file}.1`);
    size = 0;
  }

  return (chunk) => {
    try {
      if (size >= mostBytes) rotate();
      appendFileSync(file, chunk, { mode: 0o600 });
      size += Buffer.byteLength(chunk);
    } catch {
      // A full disk takes no log; the journal of the service has it too.
    }
  };
}

function moveIfThere(from: string, to: string): void {
  if (statSync(from, { throwIfNoEntry: false })) renameSync(from, to);
}
