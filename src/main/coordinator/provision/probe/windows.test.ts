/** Windows, simulated: a transcript put together after its documentation. No real Windows was asked. */
import { expect, test } from 'vitest';
import { choosePlace } from '../place.ts';
import { platformOf } from './facts.ts';
import { parseProbe } from './parse.ts';
import { windowsProbe } from './windows.ts';

const MARK = 'k5f3a9c1e7b';
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
    places: [],
  });
  expect(platformOf(facts)).toBe('win-x64');
  expect(choosePlace(facts, { install: 'user', release: null })).toMatchObject({
    error: expect.stringContaining('koubou agents invite') as string,
  });
});

test('each statement stands on a line of its own, and says the words that are read', () => {
  const script = windowsProbe(MARK);
  for (const line of script.trimEnd().split('\n')) {
    const opened = (line.match(/[({]/g) ?? []).length;
    expect(opened, line).toBe((line.match(/[)}]/g) ?? []).length);
  }
  const said = new Set([...script.matchAll(/say '(\w+)'/g)].map(([, word]) => word));
  const read = new Set(
    [...TRANSCRIPT.matchAll(new RegExp(`^${MARK} (\\w+)`, 'gm'))].map(([, word]) => word),
  );
  expect(said).toEqual(read);
});
