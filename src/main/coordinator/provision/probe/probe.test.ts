/** The probe in real shells, and its reading whatever else a host prints. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir, totalmem, userInfo } from 'node:os';
import path from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { platformOf, type HostFacts } from './facts.ts';
import { parseProbe } from './parse.ts';
import { probeScript } from './script.ts';

const MARK = 'k5f3a9c1e7b';
const SHELLS = ['sh', 'dash', 'bash', 'ash', 'ksh', 'zsh'].filter(
  (shell) => spawnSync(shell, ['-c', 'exit 0']).status === 0,
);

let home: string;
beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), "koubou probe's "));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

function probe(shell: string, script: string): string {
  const env = { PATH: process.env['PATH'], HOME: home, SHELL: '/bin/sh' };
  const done = spawnSync(shell, { input: script, encoding: 'utf8', env });
  expect(done.stderr).toBe('');
  return done.stdout;
}

function factsOf(output: string): HostFacts {
  const parsed = parseProbe(output, MARK);
  if (!parsed.ok) throw new Error(`${parsed.error}:\n${output}`);
  return parsed.value;
}

describe.each(SHELLS)('in %s', (shell) => {
  test('it finds this machine, and what of Koubou is there', () => {
    const version = path.join(home, '.local/share/koubou-agent/versions/abc123');
    mkdirSync(version, { recursive: true });
    writeFileSync(path.join(version, 'koubou'), 'twelve bytes');
    writeFileSync(path.join(version, 'valid.json'), '{\n"sha256": "ff"\n}\n');
    mkdirSync(`${version}.partial`);
    writeFileSync(path.join(`${version}.partial`, 'koubou.gz'), 'five!');
    const coordinators = [{ host: "127.0.0.1'; touch it; '", port: 1 }];
    const facts = factsOf(probe(shell, probeScript({ mark: MARK, coordinators, home: null })));
    expect(facts).toMatchObject({
      kernel: 'Linux',
      user: userInfo().username,
      homeDir: home,
      cpus: cpus().length,
    });
    expect(platformOf(facts)).toBe(`linux-${process.arch}`);
    expect(Math.abs((facts.memoryBytes ?? 0) - totalmem())).toBeLessThan(totalmem() / 100);
    expect(facts.places.find(({ kind }) => kind === 'user')).toMatchObject({
      path: path.join(home, '.local/share/koubou-agent'),
      writes: 'yes',
      runs: 'yes',
      content: {
        owner: userInfo().username,
        manifest: null,
        valid: [{ build: 'abc123', size: 12, validity: '{"sha256": "ff"}' }],
        partial: [{ build: 'abc123', size: 5 }],
      },
    });
    expect(facts.tools.find(({ name }) => name === 'git')?.version).toMatch(/^\d+\.\d+/);
    expect(facts.speeds.cpu).toBeGreaterThan(0);
    expect(facts.reaches).toEqual([]);
  });
});

test('it leaves nothing behind, and cut short at any place it does nothing', () => {
  const script = probeScript({ mark: MARK, coordinators: [], home: null });
  probe('sh', script);
  expect(readdirSync(home)).toEqual([]);
  for (const share of [0.1, 0.3, 0.5, 0.7, 0.9, 0.99]) {
    const cut = script.slice(0, Math.floor(script.length * share));
    const { stdout } = spawnSync('sh', { input: cut, encoding: 'utf8' });
    expect(stdout).not.toContain(MARK);
  }
});

const RECORDED = `${MARK} begin 1
${MARK} clock 1795274038.388948185
${MARK} kernel Linux
${MARK} machine aarch64
${MARK} release 6.1.0
${MARK} hostname atelier
${MARK} user ada
${MARK} uid 1000
${MARK} home_dir /home/ada
${MARK} os debian\t12\tDebian GNU/Linux 12 (bookworm)
${MARK} libc musl libc (aarch64) Version 1.2.3 Dynamic Program Loader
${MARK} cpus 8
${MARK} memory_kib 16384000
${MARK} place 1\tuser\t78956600\t264212084\tyes\tno\t/home/ada/.local/share/koubou-agent
${MARK} found 1\tada
${MARK} manifest 1\t{"owner":"workshop-1"}
${MARK} current 1\tversions/abc
${MARK} place 2\tsystem\t10\t20\tno\tunknown\t/opt/koubou-agent
${MARK} service systemd-user\trunning
${MARK} service cron\truns
${MARK} linger may
${MARK} sudo asks
${MARK} tool git\t/usr/bin/git\tgit version 2.39.5 (Apple Git-154)
${MARK} tool java\t/usr/bin/java\topenjdk version "17.0.15" 2025-04-15
${MARK} docker permission denied while trying to connect
${MARK} mac 00:1B:44:11:3A:B7
${MARK} measured cpu\t50\t16777216
${MARK} reach yes\t10.0.0.1\t8443
${MARK} names no
${MARK} end 1
`;

test('a recorded answer is read whole', () => {
  const facts = factsOf(RECORDED);
  expect(facts).toMatchObject({
    clockMs: 1_795_274_038_388,
    libc: { kind: 'musl', version: '1.2.3' },
    memoryBytes: 16_384_000 * 1_024,
    isRoot: false,
    linger: 'may',
    sudo: 'asks',
    services: [
      { kind: 'systemd-user', state: 'running' },
      { kind: 'cron', state: 'runs' },
    ],
    docker: { ready: false, said: 'permission denied while trying to connect' },
    hardwareAddress: '00:1b:44:11:3a:b7',
    reaches: [{ host: '10.0.0.1', port: 8443, answer: 'yes' }],
    speeds: { cpu: 335_544_320, memory: null, disk: null },
  });
  expect(facts.tools.map(({ name, version }) => `${name} ${version}`)).toEqual([
    'git 2.39.5',
    'java 17.0.15',
  ]);
  expect(facts.places[0]).toMatchObject({
    runs: 'no',
    content: { manifest: '{"owner":"workshop-1"}', current: 'abc' },
  });
  expect(platformOf(facts)).toBe('linux-arm64');
});

test('junk before, after and between changes nothing', () => {
  const whole = factsOf(RECORDED);
  const junk = fc.oneof(
    fc.string(),
    fc.string({ unit: 'binary' }),
    fc.constantFrom('\u001b[31mWelcome!\u001b[0m', 'fortune: begin 1', 'end 1', '\0\0', MARK),
  );
  const lines = RECORDED.trimEnd().split('\n');
  fc.assert(
    fc.property(
      fc.array(fc.tuple(junk, fc.boolean(), fc.boolean()), {
        minLength: lines.length,
        maxLength: lines.length,
      }),
      junk,
      (before, after) => {
        const text = lines.map((line, index) => {
          const [noise = '', glued = false, crlf = false] = before[index] ?? [];
          return `${noise}${glued ? '' : '\n'}${line}${crlf ? '\r' : ''}\n`;
        });
        expect(factsOf(text.join('') + after)).toEqual(whole);
      },
    ),
  );
});

test('what is no answer is told as such, and nothing makes the reading fail', () => {
  expect(parseProbe('Last login: Monday\nsh: not found', MARK)).toEqual({
    ok: false,
    error: 'nothing',
  });
  const cut = RECORDED.slice(0, RECORDED.indexOf(`${MARK} end`));
  expect(parseProbe(cut, MARK)).toEqual({ ok: false, error: 'cut_short' });
  const key = fc.constantFrom(
    ...new Set([...RECORDED.matchAll(/^\S+ (\S+)/gm)].map(([, word = '']) => word)),
  );
  const line = fc.tuple(
    key,
    fc.oneof(
      fc.string(),
      fc.array(fc.string()).map((all) => all.join('\t')),
    ),
  );
  fc.assert(
    fc.property(fc.array(line), (answers) => {
      const text = answers.map(([word, rest]) => `${MARK} ${word} ${rest}\n`).join('');
      const facts = factsOf(`${MARK} begin 1\n${text}${MARK} end 1\n`);
      for (const place of facts.places) expect(place.path.startsWith('/')).toBe(true);
    }),
  );
});
