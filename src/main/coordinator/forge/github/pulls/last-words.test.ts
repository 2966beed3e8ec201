/** The end of a transcript has the engine's last words, whatever came after them. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { lastWords } from './last-words.ts';

test('the last thing that the engine said is told, of long transcripts and of none', async () => {
  const dir = mkdtempSync(path.join(tmpdir(), 'koubou-words-'));
  const file = path.join(dir, 'transcript.ndjson');
  expect(await lastWords(file)).toBeNull();
  const said = (text: string): string =>
    JSON.stringify({ type: 'assistant', message: { id: text, content: [{ type: 'text', text }] } });
  writeFileSync(
    file,
    [said('first'), said('x'.repeat(300_000)), said('I fixed the total.'), 'no JSON', ''].join(
      '\n',
    ),
  );
  expect(await lastWords(file)).toBe('I fixed the total.');
  writeFileSync(file, 'plain output\n');
  expect(await lastWords(file)).toBeNull();
  rmSync(dir, { recursive: true });
});
