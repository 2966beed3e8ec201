import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { resolveTarget, type Route, type Surroundings } from './route.ts';
import { sshRunner } from './run-ssh.ts';
import { addressOf, parseTarget } from './target.ts';

describe('targets', () => {
  test.each([
    ['web', { name: 'web', user: null, port: null }],
    ['ada@web', { name: 'web', user: 'ada', port: null }],
    [' ada@web:2222 ', { name: 'web', user: 'ada', port: 2222 }],
    ['ada@corp@web', { name: 'web', user: 'ada@corp', port: null }],
    ['ssh://ada@web:22/', { name: 'web', user: 'ada', port: 22 }],
    ['[::1]:2222', { name: '::1', user: null, port: 2222 }],
    ['ada@fe80::1%eth0', { name: 'fe80::1%eth0', user: 'ada', port: null }],
  ])('%s', (text, target) => {
    expect(parseTarget(text)).toEqual(target);
  });

  test.each([
    '',
    '@web',
    'ada@',
    '-oProxyCommand=x',
    'ada@-x',
    'web:0',
    'web:99999',
    'web:x',
    'a b',
    'web;reboot',
    'ssh://ada:pw@web',
    'web/path',
    '$(x)',
    '*',
  ])('%j is refused', (text) => {
    expect(() => parseTarget(text)).toThrow('does not name a host');
  });

  test('what is read is written the same again', () => {
    const host = fc.oneof(fc.ipV4(), fc.ipV6(), fc.stringMatching(/^[a-z][a-z0-9.-]{0,20}$/));
    fc.assert(
      fc.property(host, fc.integer({ min: 1, max: 65_535 }), (name, port) => {
        expect(parseTarget(`ada@${addressOf({ host: name, port })}`)).toEqual({
          name,
          user: 'ada',
          port,
        });
      }),
    );
  });
});

describe('routes by the ssh config', () => {
  let dir: string;
  let here: Surroundings;
  beforeAll(() => {
    dir = mkdtempSync(path.join(tmpdir(), 'koubou-route-'));
    here = { home: dir, user: 'me', agent: '/run/agent', env: { KEYS: '/keys' } };
    mkdirSync(path.join(dir, 'more'));
    writeFileSync(
      path.join(dir, 'more', 'work'),
      'Host work\n  HostName work.example\n  Port 2200\n  User ada\n',
    );
    writeFileSync(path.join(dir, 'key-cert.pub'), '');
    const config = `
Include ${dir}/more/*
Match host *.inner exec "test 1 = 1"
  User matched
Host web
  HostName %h.example
  IdentityFile ~/.ssh/%r_%n
  IdentityFile \${KEYS}/k
  IdentitiesOnly yes
  IdentityAgent none
  HostKeyAlias Website
  UserKnownHostsFile "${dir}/a b" ${dir}/c
  GlobalKnownHostsFile none
  PasswordAuthentication no
Host one
  ProxyJump gate
Host two
  ProxyJump ada@gate:2022,one
Host round
  ProxyJump around
Host around
  ProxyJump round
Host command
  ProxyCommand nc %h %p
Host certificate
  IdentityFile ${dir}/key
Host direct
  ProxyJump none
Host gate
  HostName gate.example
`;
    writeFileSync(path.join(dir, 'config'), config);
  });
  afterAll(() => rmSync(dir, { recursive: true }));

  const routeTo = (text: string): Promise<Route> =>
    resolveTarget(parseTarget(text), {
      runSsh: sshRunner('ssh', ['-F', path.join(dir, 'config')]),
      surroundings: here,
    });
  const namesOf = (route: Route): string[] =>
    route.hops.map((hop) => `${hop.user}@${addressOf(hop)}`);

  test('every setting that matters is taken over', async () => {
    const { hops } = await routeTo('bob@web:2222');
    expect(hops).toEqual([
      {
        name: 'web',
        host: 'web.example',
        port: 2222,
        user: 'bob',
        hostKeyAlias: 'website',
        identityFiles: [`${dir}/.ssh/bob_web`, '/keys/k'],
        identitiesOnly: true,
        agent: null,
        knownHostsFiles: [`${dir}/a b`, `${dir}/c`],
        methods: { publicKey: true, password: false, keyboardInteractive: true },
        systemOnly: null,
      },
    ]);
  });

  test('Include and Match hold', async () => {
    expect(namesOf(await routeTo('work'))).toEqual(['ada@work.example:2200']);
    expect(namesOf(await routeTo('x.inner'))).toEqual(['matched@x.inner:22']);
  });

  test('jumps are followed as ssh does', async () => {
    const { user } = (await routeTo('direct')).hops[0];
    expect(namesOf(await routeTo('one'))).toEqual([`${user}@gate.example:22`, `${user}@one:22`]);
    // The last of a list goes through the one before, whatever its own config says.
    expect(namesOf(await routeTo('two'))).toEqual([
      'ada@gate.example:2022',
      `${user}@one:22`,
      `${user}@two:22`,
    ]);
    expect(namesOf(await routeTo('direct'))).toHaveLength(1);
  });

  test('jumps in a circle are told', async () => {
    await expect(routeTo('round')).rejects.toMatchObject({ code: 'config_invalid' });
  });

  test('what only the system can do is told', async () => {
    expect((await routeTo('command')).hops[0].systemOnly).toContain('ProxyCommand');
    expect((await routeTo('certificate')).hops[0].systemOnly).toContain('key-cert.pub');
  });

  test('a config with a mistake is told with its line', async () => {
    const broken = path.join(dir, 'broken');
    writeFileSync(broken, 'Nonsense yes\n');
    const outcome = resolveTarget(parseTarget('web'), {
      runSsh: sshRunner('ssh', ['-F', broken]),
      surroundings: here,
    });
    await expect(outcome).rejects.toThrow('line 1: Bad configuration option: nonsense');
  });

  test('without an ssh program the defaults hold, with a note', async () => {
    const route = await resolveTarget(parseTarget('web'), {
      runSsh: sshRunner('/nowhere/ssh'),
      surroundings: here,
    });
    expect(namesOf(route)).toEqual(['me@web:22']);
    expect(route.notes).toEqual([expect.stringContaining('~/.ssh/config was not read')]);
  });
});
