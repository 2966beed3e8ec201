/**
 * Every command in the documentation is run, block by block, in one workshop as a reader would have it. What cannot be run here stands
 * in `not-here.ts`, with its reason.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { asInstalled, documents, shellBlocks, type Block } from '../support/docs/blocks.ts';
import { whyNotHere } from '../support/docs/not-here.ts';
import { openSurroundings, type Surroundings } from '../support/docs/surroundings.ts';
import { ROOT } from '../support/workshop.ts';

const BLOCKS: readonly Block[] = documents(ROOT).flatMap(shellBlocks);
/** What differs in a task or in words only is run once, where it is of no block that depends on it. */
const ONCE =
  /^koubou (doctor|health|version|usage|tasks (?!add|watch)\w|\w+ (list|status|show|explain|verify)\b)/;
const RUN = runnable();
/** Works on the data of a workshop that does not run. */
const isForStopped = ({ commands }: Block): boolean =>
  commands.some((command) => command.startsWith('koubou backup restore'));

let surroundings: Surroundings;

beforeAll(async () => {
  surroundings = await openSurroundings(RUN.flatMap(({ commands }) => commands));
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

function runnable(): Block[] {
  const seen = new Set<string>();
  const isNew = (command: string): boolean => {
    const form = command.replaceAll(/"[^"$]*"|'[^']*'|\d+/g, '');
    const isAgain = seen.has(form);
    seen.add(form);
    return !isAgain || !ONCE.test(command);
  };
  return BLOCKS.map(({ at, commands }) => ({
    at,
    commands: commands
      .map(asInstalled)
      .filter((one) => whyNotHere(one) === undefined && isNew(one)),
  })).filter(({ commands }) => commands.length > 0);
}
