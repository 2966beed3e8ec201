/** No document names a command, a flag or a script that there is not. What can be run is run by `test/cluster/docs.test.ts`. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { addRoles } from '../../src/cli/roles.ts';
import { wholeProgram } from '../../src/cli/run-cli.ts';
import {
  asInstalled,
  documents,
  shellBlocks,
  spansOf,
  untaggedCommands,
} from '../support/docs/blocks.ts';
import { NOT_HERE } from '../support/docs/not-here.ts';
import { mistakeOf, simpleCommands } from '../support/docs/parse.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const DOCUMENTS = documents(ROOT);
const Package = z.looseObject({ scripts: z.record(z.string(), z.string()) });
const { scripts } = Package.parse(
  JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')),
);

/** Flags of other programs, and of scripts of ours, that stand alone in a sentence. */
const FLAGS_OF_OTHERS = new Set(['--channel', '--project', '--staging']);

let program: Command;

beforeAll(async () => {
  const unused = (): never => {
    throw new Error('nothing is carried out here');
  };
  program = await wholeProgram(
    {
      ...{ write: async () => {}, warn: () => {}, readInput: unused, ask: unused },
      ...{ openKeyboard: unused, env: {}, platform: 'linux', home: '/', cwd: '/' },
      ...{ colours: false, columns: undefined, now: unused, requestKey: '' },
      ...{ offline: unused, simulator: unused, stop: new AbortController().signal },
    },
    addRoles,
  );
});

test('there is something to check', () => {
  expect(DOCUMENTS.flatMap(shellBlocks).length).toBeGreaterThan(15);
  expect(DOCUMENTS.flatMap(untaggedCommands)).toEqual([]);
});

test.each([
  ['koubou tasks lst', 'koubou tasks has no command lst'],
  ['koubou tasks list --stat review', 'koubou tasks list has no --stat'],
  ['koubou tasks list --state done', '--state takes no done'],
  ['koubou tasks show', 'koubou tasks show takes 1 to 1 words'],
  ['sudo koubou tasks add --repo . < issue.md', 'koubou tasks add needs --title <text>'],
  ['KEY=1 npm run koubou -- tasks list | npm run nothing', 'package.json has no script nothing'],
])('%s: %s', (line, mistake) => {
  expect(simpleCommands(line).flatMap((words) => mistakeIn(words) ?? [])).toEqual([mistake]);
});

test('every command in a block is known, whole, and takes its flags', () => {
  const mistakes = DOCUMENTS.flatMap(shellBlocks).flatMap(({ at, commands }) =>
    commands.flatMap(simpleCommands).flatMap((words) => {
      const mistake = mistakeIn(words);
      return mistake === undefined ? [] : [`${at}: ${words.join(' ')}: ${mistake}`];
    }),
  );
  expect(mistakes).toEqual([]);
});

test('every command in a sentence is known, with its flags', () => {
  const known = new Set(everyFlag(program));
  const mistakes = DOCUMENTS.flatMap(spansOf).flatMap(({ at, text }) => {
    const words = text
      .replaceAll(/[[\]()]/g, ' ')
      .split(/\s+/)
      .filter(Boolean);
    const [first = ''] = words;
    if (first === 'koubou' && words.length > 1) {
      const ours = words.slice(0, endOf(words));
      const mistake = mistakeOf(program, ours, false);
      return mistake === undefined ? [] : [`${at}: ${text}: ${mistake}`];
    }
    const flag = /^--[a-z][a-z-]*/.exec(first)?.[0];
    if (flag === undefined || known.has(flag) || FLAGS_OF_OTHERS.has(flag)) return [];
    return [`${at}: ${text}: no command has ${flag}`];
  });
  expect(mistakes).toEqual([]);
});

test('no reason stands there for a command that nobody is told to type', () => {
  const commands = DOCUMENTS.flatMap(shellBlocks).flatMap((block) =>
    block.commands.map(asInstalled),
  );
  const unused = NOT_HERE.filter(({ command }) => !commands.some((one) => command.test(one)));
  expect(unused.map(({ command }) => command.source)).toEqual([]);
});

/** Up to what is no word of the command any more: another command, a pipe, a comma. */
function endOf(words: readonly string[]): number {
  const end = words.findIndex((word, i) => i > 0 && /^([|,;&=+]|koubou$)/.test(word));
  return end === -1 ? words.length : end;
}

function mistakeIn(words: readonly string[]): string | undefined {
  const [first, second, name = ''] = words;
  if (first === 'koubou') return mistakeOf(program, words, true);
  if (first !== 'npm' || second !== 'run') return undefined;
  return name in scripts ? undefined : `package.json has no script ${name}`;
}

function everyFlag(command: Command): string[] {
  const own = command.options.flatMap(({ long }) => (typeof long === 'string' ? [long] : []));
  return [...own, '--help', ...command.commands.flatMap(everyFlag)];
}
