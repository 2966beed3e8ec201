/** Who is suggested: names that the user knows, and what announces itself. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AgentId } from '../../../shared/ids.ts';
import { announcedIn, type Announced } from './mdns.ts';
import { suggestHosts, type SuggestDeps } from './suggest.ts';

const LOOM = AgentId.parse('loom');

let home: string;
beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), 'koubou-suggest-'));
  mkdirSync(path.join(home, '.ssh/more'), { recursive: true });
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const write = (file: string, text: string): void =>
  writeFileSync(path.join(home, '.ssh', file), text);
const suggest = (more: Partial<SuggestDeps> = {}) =>
  suggestHosts({
    home,
    known: path.join(home, 'known_hosts'),
    agents: [],
    workshop: 'ours',
    announced: () => Promise.resolve([]),
    ...more,
  });

test('hosts of the SSH configuration, with what it includes, and without patterns', async () => {
  write(
    'config',
    'Host mill  forge\n  HostName 10.0.0.5\nHost *.lan !bad gate?\nInclude more/config\nInclude ~/.ssh/config\nMatch host x\n',
  );
  write('more/config', 'host="inner"\n');
  const found = await suggest();
  expect(found.map(({ target }) => target)).toEqual(['mill', 'forge', 'inner']);
  expect(found[0]).toEqual({
    target: 'mill',
    from: ['ssh_config'],
    address: null,
    koubou: false,
    agent: null,
  });
});

test('accepted keys name hosts, unless they are hashed, revoked or patterns', async () => {
  write(
    'known_hosts',
    '# mine\nmill,10.0.0.5 ssh-ed25519 AAAA\n|1|abc=|def= ssh-ed25519 AAAA\n@revoked bad ssh-rsa AAAA\n[forge]:2222 ssh-rsa AAAA\n*.lan ssh-rsa AAAA\n\n',
  );
  writeFileSync(path.join(home, 'known_hosts'), 'ours ssh-ed25519 AAAA\nmill ssh-rsa AAAA\n');
  const found = await suggest();
  expect(found.map(({ target }) => target)).toEqual(['mill', '10.0.0.5', 'forge:2222', 'ours']);
});

test('one host from several sources is one suggestion; agents and this PC are none', async () => {
  write('config', 'Host mill done localhost\n');
  write('known_hosts', 'mill ssh-ed25519 AAAA\n10.0.0.9 ssh-rsa AAAA\n');
  const enrolment = { via: 'ssh', keyHash: '0'.repeat(64), host: 'ada@done:22', at: 0 } as const;
  const capabilities = { hostname: 'loom.lan' } as SuggestDeps['agents'][number]['capabilities'];
  const found = await suggest({
    agents: [{ id: LOOM, enrolment, address: '10.0.0.9', capabilities }],
    announced: () =>
      Promise.resolve([
        { name: 'Mill', address: '10.0.0.5', koubou: false, agent: null },
        { name: 'loom.local', address: '10.0.0.9', koubou: true, agent: null },
        { name: 'new.local', address: null, koubou: true, agent: null },
      ]),
  });
  expect(found).toEqual([
    {
      target: 'mill',
      from: ['ssh_config', 'known_hosts', 'mdns'],
      address: '10.0.0.5',
      koubou: false,
      agent: null,
    },
    { target: 'new.local', from: ['mdns'], address: null, koubou: true, agent: null },
  ]);
});

test('an agent that announces itself: a member is none, others say whose they are', async () => {
  const said = (id: string, workshop: string | null, name = `${id}.local`): Announced => ({
    ...{ name, address: null, koubou: true },
    agent: { id: AgentId.parse(id), name: id, version: '1', workshop },
  });
  const enrolment = { via: 'invitation', keyHash: '0'.repeat(64), host: null, at: 0 } as const;
  const capabilities = { hostname: 'x' } as SuggestDeps['agents'][number]['capabilities'];
  const agents = [{ id: LOOM, enrolment, address: '10.9.9.9', capabilities }];
  const heard = [
    said('loom', 'ours', 'pc-of-loom.local'),
    said('loom', 'theirs'),
    said('gone', 'ours'),
    said('free', null),
  ];
  const announced = () => Promise.resolve(heard);
  const of = async (workshop: string | null): Promise<unknown[]> =>
    (await suggest({ agents, workshop, announced })).map(({ target, agent }) => [
      target,
      agent?.workshop,
    ]);
  expect(await of('ours')).toEqual([
    ['loom.local', 'another'],
    ['gone.local', 'ours'],
    ['free.local', 'none'],
  ]);
  expect(await of(null)).toContainEqual(['pc-of-loom.local', 'another']);
});

test('answers of the LAN are put together, whatever order they come in', () => {
  const srv = (name: string, target: string) =>
    ({ type: 'SRV', name, data: { target, port: 22 } }) as const;
  expect(
    announcedIn([
      { type: 'A', name: 'Mill.local', data: '10.0.0.5' },
      { type: 'PTR', name: '_ssh._tcp.local', data: 'Mill._ssh._tcp.local' },
      { type: 'PTR', name: '_koubou._tcp.local', data: 'Mill._koubou._tcp.local' },
      { type: 'PTR', name: '_ipp._tcp.local', data: 'Printer._ipp._tcp.local' },
      { type: 'PTR', name: '_ssh._tcp.local', data: 'lost._ssh._tcp.local' },
      srv('Mill._ssh._tcp.local', 'mill.local'),
      srv('mill._koubou._tcp.local', 'mill.local'),
      {
        ...{ type: 'TXT', name: 'Mill._koubou._tcp.local' },
        data: ['id=mill', 'name=Mühle=1', 'version=1.2', 'workshop='].map((text) =>
          Buffer.from(text),
        ),
      },
    ]),
  ).toEqual([
    {
      ...{ name: 'mill.local', address: '10.0.0.5', koubou: true },
      agent: { id: 'mill', name: 'Mühle=1', version: '1.2', workshop: null },
    },
  ]);
});
