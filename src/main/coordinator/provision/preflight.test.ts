/** The report: what ends a provisioning, what is only said, and where an agent is put. */
import { expect, test } from 'vitest';
import { ok } from '../../../shared/result.ts';
import { choosePlace, holdsBuild } from './place.ts';
import { preflight, summaryOf, type PreflightInput } from './preflight.ts';
import type { HostFacts, Place } from './probe/facts.ts';

const GB = 1024 ** 3;
const MB = 1024 ** 2;
const HOME: Place = {
  kind: 'user',
  path: '/home/ada/.local/share/koubou-agent',
  freeBytes: 600 * GB,
  totalBytes: 900 * GB,
  writes: 'yes',
  runs: 'yes',
  content: null,
};
const SYSTEM: Place = {
  ...HOME,
  kind: 'system',
  path: '/opt/koubou-agent',
  writes: 'no',
  runs: 'unknown',
};
const SPARE: Place = { ...HOME, kind: 'other', path: '/data/koubou-agent-ada' };

const GOOD: HostFacts = {
  kernel: 'Linux',
  release: '6.1.0',
  machine: 'x86_64',
  os: { id: 'debian', version: '12', name: 'Debian 12' },
  hostname: 'mill',
  user: 'ada',
  isRoot: false,
  shell: '/bin/bash',
  homeDir: '/home/ada',
  libc: { kind: 'glibc', version: '2.36' },
  cpus: 8,
  memoryBytes: 15.6 * GB,
  places: [HOME, SYSTEM, SPARE],
  services: [{ kind: 'systemd-user', state: 'running' }],
  linger: 'may',
  sudo: 'asks',
  tools: [
    { name: 'claude', version: '2.1.0', path: '/usr/bin/claude' },
    { name: 'git', version: '2.39.5', path: '/usr/bin/git' },
    { name: 'node', version: '24.1.0', path: '/usr/bin/node' },
    { name: 'python3', version: '3.11.2', path: '/usr/bin/python3' },
  ],
  docker: { ready: true, said: '28.1.0' },
  firewalls: [],
  clockMs: 0,
  clockIsKept: true,
  names: 'yes',
  reaches: [{ host: '10.0.0.1', port: 8443, answer: 'yes' }],
  hardwareAddress: null,
  speeds: { cpu: 400e6, memory: 9e9, disk: 300e6 },
};
const RELEASE = { build: 'abc', size: 120 * MB, sha256: 'f'.repeat(64), gzip: { size: 40 * MB } };

function reportOf(changes: Partial<HostFacts>, more: Partial<PreflightInput> = {}) {
  const facts = { ...GOOD, ...changes };
  return preflight({
    facts,
    place: choosePlace(facts, { install: 'user', release: RELEASE }),
    hasExecutable: true,
    install: 'user',
    clockAheadMs: 0,
    clockErrorMs: 100,
    signedInWith: 'key',
    door: 'open',
    mayTunnel: true,
    ...more,
  });
}

function verdict(
  name: string,
  changes: Partial<HostFacts>,
  more?: Partial<PreflightInput>,
): string {
  return reportOf(changes, more).find((item) => item.name === name)?.verdict ?? 'none';
}

test('a good PC has nothing to be said against it', () => {
  const report = reportOf({});
  expect(report.filter(({ verdict: one }) => one !== 'good')).toEqual([]);
  expect(report.every(({ advice }) => advice === '')).toBe(true);
});

test('below the minimum is said with what to do, and is no end', () => {
  const weak = reportOf({
    cpus: 2,
    memoryBytes: 2 * GB,
    places: [{ ...HOME, freeBytes: 5 * GB, totalBytes: 10 * GB }],
    tools: [],
    docker: null,
    services: [],
    names: 'no',
    linger: 'no',
    reaches: [],
  });
  const { bad, missing } = summaryOf(weak);
  expect(bad.map(({ name }) => name)).toEqual(['Processor', 'Memory', 'Disk', 'Git', 'Service']);
  expect(missing).toEqual([]);
  expect(weak.filter(({ verdict: one, advice }) => one !== 'good' && advice === '')).toEqual([]);
});

test('only what makes an agent impossible ends it', () => {
  expect(verdict('System', { machine: 'riscv64' })).toBe('missing');
  expect(verdict('System', {}, { hasExecutable: false })).toBe('missing');
  expect(verdict('C library', { libc: { kind: 'musl', version: '1.2' } })).toBe('missing');
  expect(verdict('C library', { libc: { kind: 'glibc', version: '2.27' } })).toBe('missing');
  expect(verdict('C library', { libc: { kind: 'glibc', version: '2.28' } })).toBe('good');
  expect(verdict('Folder', { places: [{ ...HOME, runs: 'no' }] })).toBe('missing');
});

test('versions are compared by number, not by letter', () => {
  const withGit = (version: string): Partial<HostFacts> => ({
    tools: [{ name: 'git', version, path: '/usr/bin/git' }],
  });
  expect(verdict('Git', withGit('2.9.5'))).toBe('bad');
  expect(verdict('Git', withGit('2.30.0'))).toBe('good');
  expect(verdict('Git', withGit('10.0'))).toBe('good');
});

test('a coordinator out of reach is a tunnel where one can be, else bad', () => {
  const cut = { reaches: [{ host: '10.0.0.1', port: 8443, answer: 'no' as const }] };
  expect(verdict('Way to the coordinator', cut)).toBe('note');
  expect(verdict('Way to the coordinator', cut, { mayTunnel: false })).toBe('bad');
});

test('a clock counts as wrong only beyond what the question itself took', () => {
  expect(verdict('Clock', {}, { clockAheadMs: -8_000, clockErrorMs: 4_000 })).toBe('good');
  expect(verdict('Clock', {}, { clockAheadMs: 8_000 })).toBe('note');
  expect(verdict('Clock', {}, { clockAheadMs: -7_200_000 })).toBe('bad');
});

test('the agent goes where it may be written and run: at home, else where it can', () => {
  const user = { install: 'user', release: RELEASE } as const;
  expect(choosePlace(GOOD, user)).toEqual(ok(HOME));
  const noexec = { ...GOOD, places: [{ ...HOME, runs: 'no' as const }, SYSTEM, SPARE] };
  expect(choosePlace(noexec, user)).toEqual(ok(SPARE));
  const full = { ...GOOD, places: [{ ...HOME, freeBytes: 300 * MB }, SYSTEM] };
  expect(choosePlace(full, user)).toMatchObject({
    error: expect.stringContaining('300 MB free') as string,
  });
});

test('an agent that is there already keeps its folder, and its build is not brought again', () => {
  const content = { owner: 'ada', current: 'abc', partial: [] };
  const valid = [{ build: 'abc', size: RELEASE.size, validity: `{"sha256":"${RELEASE.sha256}"}` }];
  const settled: Place = {
    ...SPARE,
    freeBytes: 250 * MB,
    content: { ...content, manifest: '{}', valid },
  };
  const facts = { ...GOOD, places: [HOME, settled] };
  expect(choosePlace(facts, { install: 'user', release: RELEASE })).toEqual(ok(settled));
  expect(holdsBuild(settled, RELEASE)).toBe(true);
  expect(holdsBuild(settled, { ...RELEASE, sha256: 'e'.repeat(64) })).toBe(false);
  expect(holdsBuild(settled, { ...RELEASE, build: 'abd' })).toBe(false);
});

test('the whole system needs root, by whatever way', () => {
  const system = { install: 'system', release: RELEASE } as const;
  expect(choosePlace(GOOD, system)).toEqual(ok(SYSTEM));
  expect(choosePlace({ ...GOOD, sudo: 'none' }, system)).toMatchObject({
    error: expect.stringContaining('needs root') as string,
  });
});
