/**
 * Every command in the documentation is run, block by block, in one workshop as a reader would have it. What cannot be run here stands
 * in `not-here.ts`, with its reason.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { documents, shellBlocks, type Block } from '../support/docs/blocks.ts';
import { NOT_HERE, whyNotHere } from '../support/docs/not-here.ts';
import { openSurroundings, type Surroundings } from '../support/docs/surroundings.ts';
import { ROOT } from '../support/workshop.ts';

const BLOCKS: readonly Block[] = documents(ROOT).flatMap(shellBlocks);
/** What only looks is run once, however often it is written. */
const LOOKS = /^koubou (doctor|health|version|usage|\w+ (list|status|show|explain))\b/;
const RUN = runnable();
/** Works on the data of a workshop that does not run. */
const isForStopped = ({ commands }: Block): boolean =>
  commands.some((command) => ours(command).startsWith('koubou backup restore'));

let surroundings: Surroundings;

beforeAll(async () => {
  surroundings = await openSurroundings(RUN.flatMap(({ commands }) => commands).map(ours));
});

afterAll(async () => {
  await surroundings.close();
});

test.each(RUN.filter((block) => !isForStopped(block)))('$at', async ({ commands }) => {
  const { ok, output } = await surroundings.run(commands);
  expect(ok, output).toBe(true);
});

test('what needs a stopped workshop', async () => {
  await surroundings.stop();
  for (const { at, commands } of RUN.filter(isForStopped)) {
    const { ok, output } = await surroundings.run(commands);
    expect(ok, `${at}: ${output}`).toBe(true);
  }
});

test('no reason stands there for a command that nobody is told to type', () => {
  const commands = BLOCKS.flatMap((block) => block.commands).map(ours);
  const unused = NOT_HERE.filter(({ command }) => !commands.some((one) => command.test(one)));
  expect(unused.map(({ command }) => command.source)).toEqual([]);
});

function ours(command: string): string {
  return command.replace(/^npm run koubou --/, 'koubou');
}

function runnable(): Block[] {
  const seen = new Set<string>();
  return BLOCKS.map(({ at, commands }) => ({
    at,
    commands: commands.filter((command) => {
      const isAgain = seen.has(ours(command)) && LOOKS.test(ours(command));
      seen.add(ours(command));
      return !isAgain && whyNotHere(ours(command)) === undefined;
    }),
  })).filter(({ commands }) => commands.length > 0);
}
