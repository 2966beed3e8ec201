/** A PC that joins with an invitation: work over TLS, a coordinator that starts again, a certificate that ran out, a removal. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { AgentId } from '../../src/shared/ids.ts';
import { openAuthority } from '../../src/main/coordinator/fleet/identity/authority.ts';
import { keyKeeper } from '../../src/main/coordinator/fleet/identity/key-keeper.ts';
import { signingRequest } from '../../src/agent/identity/files.ts';
import { CONSOLE_WINDOW } from '../../src/shared/protocol/console.ts';
import { openClient } from '../support/console-client.ts';
import { makeRepo, QUICK_ENGINE } from '../support/small-repo.ts';
import { NODE, PROGRAM, processesOf, startWorkshop, type Workshop } from '../support/workshop.ts';

const DAY_MS = 24 * 3_600_000;

let scratch: string;
let data: string;
let home: string;
let workshop: Workshop;
let agent: ChildProcess | undefined;
let agentLog: string;

beforeEach(async () => {
  scratch = mkdtempSync(path.join(tmpdir(), 'koubou-joined-'));
  [data, home] = [path.join(scratch, 'data'), path.join(scratch, 'home')];
  agent = undefined;
  agentLog = '';
  workshop = await startWorkshop({ dir: data, args: ['--agents', '0', '--lan', '127.0.0.1:0'] });
});

afterEach(async () => {
  await endAgent();
  await workshop.close();
  expect(processesOf(scratch)).toEqual([]);
  rmSync(scratch, { recursive: true, force: true });
});

async function koubou(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const env = { ...process.env, KOUBOU_URL: workshop.url, KOUBOU_TOKEN: workshop.token };
  const child = spawn(NODE, [PROGRAM, ...args], { stdio: 'pipe', env });
  let [out, err] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  const [code] = (await once(child, 'close')) as [number];
  return { code, out, err };
}

const Invitation = z.looseObject({ token: z.string(), url: z.string(), command: z.string() });

/** Makes the agent `atelier` in the home; answers the words of the command that did it. */
async function join(): Promise<string[]> {
  const { out } = await koubou('agents', 'invite', '--name', 'Atelier', '--json');
  const { command } = Invitation.parse(JSON.parse(out));
  const words = [...command.split(' ').slice(1), '--home', home];
  const joined = await koubou(...words);
  expect(joined.err).toBe('');
  expect(joined.out).toContain('This PC is now the agent atelier');
  expect(joined.code).toBe(0);
  return words;
}

function startAgent(person: { HOME?: string; SHELL?: string } = {}): void {
  const config = path.join(home, 'config.json');
  const env = { ...process.env, ...person };
  agent = spawn(NODE, [PROGRAM, 'agent', 'run', '--config', config], { stdio: 'pipe', env });
  for (const stream of [agent.stdout, agent.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => (agentLog += text));
}

async function endAgent(): Promise<void> {
  if (!agent || agent.exitCode !== null) return;
  agent.kill('SIGTERM');
  await once(agent, 'exit');
}

async function endWorkshop(): Promise<void> {
  workshop.child.kill('SIGTERM');
  await once(workshop.child, 'exit');
}

async function told(words: string): Promise<void> {
  await expect.poll(() => agentLog, { timeout: 60_000 }).toContain(words);
}

async function oneTask(title: string): Promise<void> {
  const repo = makeRepo(path.join(scratch, title), {
    'notes.txt': 'first\n',
    '.koubou.yaml': 'test: cat notes.txt\n',
  });
  const engine = { kind: 'command', run: QUICK_ENGINE.run } as const;
  const { id } = await workshop.call('tasks.create', { repo, title, engine });
  const { change } = await workshop.until(id, 'review');
  expect(change?.tests.outcome).toBe('passed');
}

test('it works over TLS, and comes back to a coordinator that starts again', async () => {
  const words = await join();
  startAgent();
  await workshop.untilAgent();
  await oneTask('first');
  const { agent: seen } = await workshop.call('agents.get', { id: AgentId.parse('atelier') });
  expect(seen).toMatchObject({ name: 'Atelier', enrolment: { via: 'invitation', host: null } });

  const again = await koubou(...words);
  expect([again.code, again.err]).toEqual([1, expect.stringContaining('was used already')]);

  const { port } = new URL(words[2] ?? '');
  await endWorkshop();
  writeFileSync(path.join(data, 'config.yaml'), `lan: { host: 127.0.0.1, port: ${port} }\n`);
  workshop = await startWorkshop({ dir: data, args: ['--agents', '0'] });
  await workshop.untilAgent();
  await oneTask('second');
});

test('a console over TLS: what is typed is answered, and a flood is cut off at once', async () => {
  await join();
  startAgent({ HOME: scratch, SHELL: '/bin/bash' });
  await workshop.untilAgent();
  const { id } = await workshop.call('consoles.shell', { id: AgentId.parse('atelier') });
  const person = await openClient(workshop);
  try {
    person.watch(id, true);
    await person.writes(id, true);
    person.type(id, 'echo from-\\afar\r');
    await person.shows('from-afar\r\n');
    person.type(id, 'yes\r');
    await person.reads(1_000_000);
    person.stopReading();
    await person.comes(CONSOLE_WINDOW / 2);
    person.type(id, '\u0003');
    person.readOn(id);
    person.type(id, 'echo cut-\\off\r');
    await person.shows('cut-off\r\n');
    // What was under way, and what the terminal gives at once; not what `yes` could have printed meanwhile.
    expect(person.unread()).toBeLessThan(2 * CONSOLE_WINDOW);
    await workshop.call('consoles.close', { id });
    await person.closed(id, 'closed by user');
  } finally {
    person.close();
  }
});

test('one whose certificate ran out gets a new one by itself; removed, it is out and says so', async () => {
  await join();
  const past = Date.now() - 5 * DAY_MS;
  const clock = { now: () => past, monotonic: () => 0, after: () => () => {} };
  const dir = path.join(data, 'ca');
  const authority = await openAuthority({ dir, keeper: keyKeeper(dir, null), clock });
  if (!authority.ok) throw new Error(authority.error);
  const identity = path.join(home, 'identity');
  const request = await signingRequest(identity, 'atelier');
  const signed = await authority.value.sign(request, AgentId.parse('atelier'));
  const old = signed.ok ? signed.value.certificate : '';
  writeFileSync(path.join(identity, 'cert.pem'), old);

  startAgent();
  await workshop.untilAgent();
  await told('has run out');
  expect(readFileSync(path.join(identity, 'cert.pem'), 'utf8')).not.toBe(old);

  await koubou('agents', 'remove', 'atelier');
  await told('is not, or no longer, a member of this workshop');
  const { agents } = await workshop.call('agents.list', {});
  expect(agents).toEqual([]);
});

test('whoever is not the workshop of the invitation learns nothing', async () => {
  const { out } = await koubou('agents', 'invite', '--json');
  const { token, url } = Invitation.parse(JSON.parse(out));
  const [secret = ''] = token.split('.');
  const wrong = `${secret}.${'A'.repeat(43)}`;
  const refused = await koubou('agent', 'join', url, '--token', wrong, '--home', home);
  expect(refused.code).toBe(1);
  expect(refused.err).toContain('is not the workshop that the invitation is from');
  const unused = await koubou('agent', 'join', url, '--token', token, '--home', home);
  expect([unused.err, unused.code]).toEqual(['', 0]);
});
