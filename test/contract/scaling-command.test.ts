/** The command line on rest, standby and the simulation, against a real API. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runCli } from '../../src/cli/run-cli.ts';
import {
  connect,
  LOCAL,
  openTestApi,
  TOKEN,
  type TestApi,
} from '../../src/main/coordinator/api/testing.ts';

let api: TestApi;
let scratch: string;
beforeEach(async () => {
  api = await openTestApi();
  scratch = mkdtempSync(path.join(tmpdir(), 'koubou-scaling-'));
});
afterEach(async () => {
  await api.close();
  rmSync(scratch, { recursive: true, force: true });
});

let calls = 0;
async function koubou(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  let [out, err] = ['', ''];
  calls += 1;
  const io = {
    write: async (text: string) => void (out += text),
    warn: (line: string) => void (err += `${line}\n`),
    readInput: async () => '',
    ask: async () => null,
    openKeyboard: () => null,
    env: { KOUBOU_URL: api.url, KOUBOU_TOKEN: TOKEN },
    ...{ platform: 'linux', home: scratch, cwd: scratch, colours: false, columns: undefined },
    now: () => 1_700_000_000_000,
    requestKey: `key-${calls}`,
    offline: async () => await import('../../src/main/coordinator/offline.ts'),
    simulator: async () => await import('../../src/main/coordinator/simulate/request.ts'),
    stop: new AbortController().signal,
  };
  const code = await runCli(args, io, () => {});
  return { code, out, err };
}

test('an agent is made standby, sent to rest and woken', async () => {
  await api.submit(connect());
  expect((await koubou('agents', 'change', LOCAL)).code).toBe(2);
  expect((await koubou('agents', 'change', LOCAL, '--standby')).out).toContain('is standby');
  await koubou('agents', 'rest', LOCAL);
  expect(api.journal.agent(LOCAL)).toMatchObject({
    profile: { standby: true },
    resting: { why: expect.stringContaining('told to') as unknown },
  });
  expect((await koubou('agents', 'show', LOCAL)).out).toMatch(/rests +yes/);
  await koubou('agents', 'wake', LOCAL);
  expect(api.journal.agent(LOCAL)?.resting).toBeNull();
  expect((await koubou('agents', 'rest', 'nobody')).code).toBe(1);
});

test('made work is simulated without a coordinator, over the agents and prices that are given', async () => {
  const file = path.join(scratch, 'agents.json');
  writeFileSync(file, JSON.stringify([{ name: 'alice', slots: 2 }, { name: 'bob' }]));
  const args = ['simulate', '--tasks', '60', '--agents', file, '--strategy', 'load'];
  const { out, code } = await koubou(...args);
  expect(code).toBe(0);
  expect(out).toContain('60 tasks on 2 agents with 4 slots');
  expect(out).toMatch(/^random +\d/m);
  const cheap = await koubou(...args, '--prices', 'alice=0,bob=0', '--json');
  const told = JSON.parse(cheap.out) as { ways: { way: string; cost: number }[] };
  expect(told.ways.map(({ way, cost }) => [way, cost])).toEqual([
    ['load', 0],
    ['load only', 0],
    ['random', 0],
  ]);
});

test('what cannot be simulated is said', async () => {
  expect((await koubou('simulate', '--agents', 'none.json')).err).toContain(
    'cannot read the agents',
  );
  expect((await koubou('simulate', '--strategy', 'luck')).err).toContain('there is no strategy');
  expect((await koubou('simulate', '--log')).err).toContain('no task yet');
});
