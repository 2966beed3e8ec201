/**
 * For tests: a process that writes until it is killed. Prints the title of each task when its creation was answered,
 * so that whoever reads along knows what must be there afterwards.
 */
import { writeSync } from 'node:fs';
import { create, openTestJournal } from './testing.ts';

const STDOUT = 1;
const AT_ONCE = 8;

const journal = openTestJournal(process.argv[2] ?? '');
for (let round = 0; ; round++) {
  await Promise.all(
    Array.from({ length: AT_ONCE }, async (_, n) => {
      const title = `Task ${round}.${n}`;
      const result = await journal.submit(create({ title }), { actor: 'test' });
      if (result.ok) writeSync(STDOUT, `${title}\n`);
    }),
  );
}
