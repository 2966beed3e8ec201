/** Windows, simulated: a transcript put together after its documentation. No real Windows was asked. */
import { expect, test } from 'vitest';
import { choosePlace } from '../place.ts';
import { wrapPowerShell } from '../ssh/powershell.ts';
import { platformOf } from './facts.ts';
import { parseProbe } from './parse.ts';
import { windowsProbe } from './windows.ts';

const MARK = 'k5f3a9c1e7b';
const HOME = String.raw`C:\Users\Ada Lovelace\AppData\Local\koubou-agent`;
const TRANSCRIPT = [
  'Microsoft Windows [Version 10.0.22631.4460]',
  '',
  `${MARK} begin 1`,
  `${MARK} clock 1795274038.388`,
  `${MARK} kernel Windows`,
  `${MARK} release 10.0.22631`,
  `${MARK} machine AMD64`,
  `${MARK} os windows\t10.0.22631\tMicrosoft Windows 11 Pro`,
  `${MARK} hostname MILL`,
  `${MARK} user Ada Lovelace`,
  `${MARK} home_dir C:\\Users\\Ada Lovelace`,
  `${MARK} cpus 16`,
  `${MARK} memory_kib 33430000`,
  `${MARK} service windows`,
  `${MARK} sudo none`,
  `${MARK} uid 1`,
  `${MARK} tool git\tC:\\Program Files\\Git\\cmd\\git.exe\tgit version 2.47.0.windows.2`,
  `${MARK} mac 02:4B:6F:75:00:07`,
  `${MARK} place 1\tuser\t400000000\t900000000\tyes\tunknown\t${HOME}`,
  `${MARK} found 1\tAda Lovelace`,
  `${MARK} manifest 1\t{ "format": 1 }`,
  `${MARK} current 1\t${HOME}\\versions\\b1`,
  `${MARK} valid 1\t12\t{"sha256":"ff"}\t${HOME}\\versions\\b1`,
  `${MARK} partial 1\t5\t${HOME}\\versions\\b2.partial`,
  `${MARK} docker ready 27.3.1`,
  `${MARK} reach no\tfd00::7\t8443`,
  `${MARK} names yes`,
  `${MARK} end 1`,
  '',
].join('\r\n');

test('a simulated answer of Windows is read like any other', () => {
  const parsed = parseProbe(TRANSCRIPT, MARK);
  if (!parsed.ok) throw new Error(parsed.error);
  const facts = parsed.value;
  expect(facts).toMatchObject({
    ...{ kernel: 'Windows', hostname: 'MILL', user: 'Ada Lovelace', cpus: 16, isRoot: false },
    os: { name: 'Microsoft Windows 11 Pro' },
    tools: [{ name: 'git', version: '2.47.0.windows.2' }],
    services: [{ kind: 'windows', state: '' }],
    hardwareAddress: '02:4b:6f:75:00:07',
    docker: { ready: true, said: '27.3.1' },
    reaches: [{ host: 'fd00::7', port: 8443, answer: 'no' }],
    places: [
      {
        ...{ kind: 'user', path: HOME, freeBytes: 409_600_000_000, writes: 'yes' },
        content: {
          owner: 'Ada Lovelace',
          manifest: '{ "format": 1 }',
          current: 'b1',
          valid: [{ build: 'b1', size: 12, validity: '{"sha256":"ff"}' }],
          partial: [{ build: 'b2', size: 5 }],
        },
      },
    ],
  });
  expect(platformOf(facts)).toBe('win-x64');
  expect(choosePlace(facts, { install: 'user', release: null })).toMatchObject({
    value: { path: HOME },
  });
  expect(choosePlace(facts, { install: 'system', release: null })).toMatchObject({
    error: expect.stringContaining('for the user alone') as string,
  });
});

test('each script fits a command line of cmd.exe, its brackets close, and it says the words that are read', () => {
  const coordinators = Array.from({ length: 8 }, () => ({
    host: 'fd00:1234:5678:9abc:def0:1234:5678:9abc',
    port: 18_443,
  }));
  const scripts = windowsProbe({ mark: MARK, coordinators });
  for (const script of scripts) {
    expect(wrapPowerShell(script).commandLine.length).toBeLessThan(8_100);
    for (const [open, close] of ['()', '{}', '[]'])
      expect(script.split(open ?? ''), script).toHaveLength(script.split(close ?? '').length);
  }
  const said = new Set(scripts.flatMap((script) => wordsOf(/\bsay (\w+)/g, script)));
  expect(said).toEqual(new Set(wordsOf(new RegExp(`^${MARK} (\\w+)`, 'gm'), TRANSCRIPT)));
});

function wordsOf(pattern: RegExp, text: string): string[] {
  return [...text.matchAll(pattern)].map(([, word = '']) => word);
}
