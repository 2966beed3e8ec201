/** No key is shown, however it is cut into pieces; all else is. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRedactor } from './redact.ts';

const KEY = 'sk-aab-aabc-aab';

test('a key is hidden wherever it is cut, and nothing else is lost', () => {
  const word = fc.constantFrom(KEY, 'sk-aab-aab', 'a', 'plain ', KEY.slice(1), '\r\n', 'sk-');
  const text = fc.array(word, { maxLength: 12 }).map((words) => words.join(''));
  fc.assert(
    fc.property(
      text,
      fc.array(fc.nat({ max: 20 }), { minLength: 1, maxLength: 8 }),
      (said, cuts) => {
        const redactor = createRedactor([KEY, 'short']);
        let shown = '';
        let [at, n] = [0, 0];
        while (at < said.length) {
          const length = 1 + (cuts[n % cuts.length] ?? 0);
          n += 1;
          shown += redactor.write(Buffer.from(said.slice(at, at + length))).toString();
          at += length;
        }
        shown += redactor.flush().toString();
        expect(shown).not.toContain(KEY);
        expect(shown).toBe(said.replaceAll(KEY, '*'.repeat(KEY.length)));
      },
    ),
  );
});
