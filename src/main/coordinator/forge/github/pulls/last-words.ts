/** What an engine said last in an attempt, from the end of its transcript: for the body of a pull request. */
import { open } from 'node:fs/promises';
import { readTranscriptLine } from '../../../../../shared/transcript/read-line.ts';

/** Of the end of a transcript, which may be very long. */
const MOST_BYTES = 256 * 1024;

/** @param file the transcript @returns `null` when it is not there, or no engine spoke in it */
export async function lastWords(file: string): Promise<string | null> {
  const text = await endOf(file);
  for (const line of text.split('\n').toReversed()) {
    const said = readTranscriptLine(line).bodies.findLast(
      (body) => body.kind === 'message' && body.by === 'engine',
    );
    if (said?.kind === 'message' && said.text.trim() !== '') return said.text;
  }
  return null;
}

async function endOf(file: string): Promise<string> {
  try {
    await using handle = await open(file);
    const { size } = await handle.stat();
    const length = Math.min(size, MOST_BYTES);
    const { buffer } = await handle.read(Buffer.alloc(length), 0, length, size - length);
    return buffer.toString('utf8');
  } catch {
    return ''; // Its engine leaves no transcript, or it was thrown away.
  }
}
