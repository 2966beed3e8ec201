/**
 * No key on an agent: an agent on a host of its own works through a coordinator that holds marked secrets, with the real
 * Claude Code and with an engine that does its worst. Afterwards they are looked for in every spelling in all that is left
 * of it, on both sides; and each wrong use was refused, and is written down.
 *
 * What this does not show: that attempts which run at the same time on one agent, as one user, are hidden from each other.
 * What one of them has in memory or in a file, another may read, as all programs of one user may; and it is worthless
 * with the end of the attempt.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { gitToken, modelKey } from '../../src/main/coordinator/gateway/tokens.ts';
import type { Attempt } from '../../src/shared/domain/attempt.ts';
import type { TaskId } from '../../src/shared/ids.ts';
import { repoKeyOf } from '../../src/main/coordinator/forge/repo-key.ts';
import { until } from '../faults/time.ts';
import { FIRST_MS, openSite, type Site } from '../support/provisioning-site.ts';
import type { ProvisioningWorkshop } from '../support/provisioning.ts';
import { PROGRAMS, startAgentHost, type AgentHost } from '../support/secrets/agent-host.ts';
import { answersOf } from '../support/secrets/answers.ts';
import { searcherFor } from '../support/secrets/search.ts';
import type { Secret } from '../support/secrets/spellings.ts';
import { LET_GO, REPOS, type Seen, type StandIns } from '../support/secrets/stand-ins.ts';
import { watchProcesses, type Watched } from '../support/secrets/watch.ts';
import { NODE } from '../support/workshop.ts';

const KEY = 'sk-marked-account/7Qm+Zt3=vB9xR2nL5kD8';
/** In the environment of the coordinator, where people have such things. */
const PLANTED = {
  ANTHROPIC_API_KEY: 'sk-marked-environment-1Hs6Yw4Pc0Tj',
  OPENAI_API_KEY: 'sk-marked-openai-environment-8Uf3Ek',
  GH_TOKEN: 'ghp_markedEnvironment5Xa2Vd9Nq7Ie',
  AWS_SECRET_ACCESS_KEY: 'marked/aws+environment0Lz4Go6Cb',
};

const Ready = z.object({ models: z.string(), github: z.string(), token: z.string() });
const SeenThere = z.object({
  keys: z.array(z.string()),
  asked: z.array(z.string()),
  read: z.string(),
});
const Tries = z.array(z.object({ what: z.string(), status: z.number(), said: z.string() }));

let site: Site;
let workshop: ProvisioningWorkshop;
let standIns: ChildProcess;
let internet: StandIns;
let mill: AgentHost;

beforeAll(async () => {
  site = await openSite();
  standIns = startStandIns();
  internet = Ready.parse(await asked(KEY));
  const [started, host] = await Promise.all([
    site.start({ env: PLANTED }),
    site.host({ name: 'mill', init: 'none' }),
  ]);
  workshop = started;
  await addAccounts();
  mill = await startAgentHost(workshop, host);
}, FIRST_MS);

afterAll(async () => {
  standIns?.kill();
  await site?.close();
});

function startStandIns(): ChildProcess {
  const script = path.join(import.meta.dirname, '../support/secrets/stand-ins.ts');
  const [command = '', ...args] = site.hosts.onCoordinator([NODE, script]);
  return spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
}

async function asked(message: string): Promise<unknown> {
  const answer = once(standIns, 'message');
  standIns.send(message);
  const [value] = (await answer) as [unknown];
  return value;
}

async function addAccounts(): Promise<void> {
  const { models, github, token } = internet;
  await workshop.call('accounts.add', {
    ...{ provider: 'anthropic', name: 'Main', baseUrl: models, secret: KEY },
  });
  await workshop.call('github.sign_in', { order: { with: 'token', host: github, token } });
}

function secretOfData(): string {
  return readFileSync(path.join(workshop.dir, 'secret'), 'utf8').trim();
}

/** What must be on no agent, ever, and on the coordinator only where it is kept. */
function kept(): Secret[] {
  const { dir } = workshop;
  const read = (name: string): string => readFileSync(path.join(dir, name), 'utf8').trim();
  return [
    { name: 'account', value: KEY },
    { name: 'github', value: internet.token },
    { name: 'api', value: read('token') },
    { name: 'secret', value: secretOfData() },
    ...Object.entries(PLANTED).map(([name, value]) => ({ name, value })),
  ];
}

interface Begun {
  readonly id: TaskId;
  readonly attempt: Attempt;
  /** What its engine shows the relay; empty where that is in the engine's environment. */
  readonly relayKey: string;
}

interface Run {
  readonly honest: Begun;
  readonly hostile: Begun;
  /** One after the hostile engine was gone, which had read what the first one had. */
  readonly last: Begun;
  readonly watched: Watched;
  readonly tries: z.infer<typeof Tries>;
  /** What git answered to whoever had the token of an attempt that ran, by what was tried. */
  readonly stolen: Readonly<Record<string, string>>;
  readonly seen: Seen;
}

let run: Run;

beforeAll(async () => {
  const [home = '', outside = ''] = mill.host.namespaces();
  const watch = watchProcesses([...site.hosts.namespaces(), outside], home);
  const honest = await begin('claude-code');
  await untilIt('the model is asked', async () => (await seen()).keys.length > 0);
  placeHostile();
  const hostile = await begin('command');
  const stolen = await withTokenOf(honest.attempt);
  await inReview(hostile.id);
  await letGo();
  await inReview(honest.id);
  await mill.host.exec(`rm ${LET_GO}`);
  const last = await begin('claude-code');
  await letGo();
  await inReview(last.id);
  await workshop.call('backups.create', {});
  const watched = watch.stop();
  run = {
    ...{ honest, hostile, last, stolen, watched },
    tries: Tries.parse(JSON.parse(readFileSync(mill.at('/tmp/tries.json'), 'utf8'))),
    seen: await seen(),
  };
}, FIRST_MS);

async function seen(): Promise<Seen> {
  return SeenThere.parse(await asked('what did you see?'));
}

async function letGo(): Promise<void> {
  const { code } = await mill.host.exec(`touch ${LET_GO}`);
  expect(code).toBe(0);
}

function placeHostile(): void {
  const script = path.join(import.meta.dirname, '../support/secrets/hostile.ts');
  copyFileSync(script, path.join(mill.host.root, PROGRAMS, 'hostile.ts'));
  writeFileSync(path.join(mill.host.root, PROGRAMS, 'package.json'), '{"type":"module"}');
}

/** Resolves when the attempt has its key. */
async function begin(kind: 'claude-code' | 'command'): Promise<Begun> {
  const hostile = `node ${PROGRAMS}/hostile.ts ${mill.door} ${mill.home}`;
  const { id } = await workshop.call('tasks.create', {
    repo: `${internet.github}/${REPOS[0]}`,
    title: `Write the notes anew (${kind})`,
    engine: kind === 'command' ? { kind, run: hostile } : { kind },
  });
  await untilIt('it is worked on', async () => (await attemptsOf(id)).length > 0);
  const [attempt] = await attemptsOf(id);
  if (!attempt) throw new Error(`${id} has no attempt any more`);
  const file = mill.at(`${mill.home}/state/attempts/${attempt.id}/models.key`);
  if (kind === 'command') return { id, attempt, relayKey: '' };
  await untilIt('the engine has its key', () => existsSync(file));
  expect(statSync(file).mode & 0o777).toBe(0o600);
  return { id, attempt, relayKey: readFileSync(file, 'utf8') };
}

async function attemptsOf(id: TaskId): Promise<readonly Attempt[]> {
  return (await workshop.call('tasks.attempts', { id })).attempts;
}

async function untilIt(what: string, is: () => boolean | Promise<boolean>): Promise<void> {
  if (await until(is, 60_000, 20)) return;
  throw new Error(`${what}: not within a minute\n${workshop.log().slice(-4_000)}`);
}

async function inReview(id: TaskId): Promise<void> {
  await untilIt(`${id} is done`, async () => {
    const task = await workshop.call('tasks.get', { id });
    if (task.state === 'failed') throw new Error(JSON.stringify(task.failure));
    return task.state === 'review';
  });
}

const WHO = '-c user.name=x -c user.email=x@example.com';

/** What git answers on the host to whoever has the very token of an attempt, by what it is asked to do. */
async function withTokenOf({ id, fence }: Attempt): Promise<Record<string, string>> {
  const basic = Buffer.from(`${id}:${gitToken(secretOfData(), id, fence)}`).toString('base64');
  const [own = '', other = ''] = REPOS.map((name) => repoKeyOf(`${internet.github}/${name}`));
  const at = (key: string): string => `${mill.door}/git/${key}.git`;
  const orders = {
    own: `ls-remote ${at(own)}`,
    main: `push --force ${at(own)} $(git ${WHO} commit-tree -m x HEAD^{tree}):refs/heads/main`,
    another: `push ${at(own)} HEAD:refs/heads/koubou/work/task-99.1`,
    vault: `ls-remote ${at(other)}`,
  };
  const tls = ['cert.pem', 'key.pem', 'ca.pem'].map((name) => `${mill.home}/identity/${name}`);
  const config = `-c http.sslCert=${tls[0]} -c http.sslKey=${tls[1]} -c http.sslCAInfo=${tls[2]}`;
  const variables = 'GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=http.extraHeader';
  const header = 'GIT_CONFIG_VALUE_0="Authorization: Basic $T"';
  const tree = `${mill.home}/state/tasks/${id}/repo`;
  const said: Record<string, string> = {};
  for (const [what, order] of Object.entries(orders)) {
    const command = `read T; { cd ${tree} || cd /tmp; } 2>/dev/null; ${variables} ${header} git ${config} ${order} 2>&1`;
    const { code, stdout } = await mill.run(command, `${basic}\n`);
    said[what] = `${code}: ${stdout}`;
  }
  return said;
}

/** What opened the gateway for one attempt. */
function ofAttempts(): Secret[] {
  return [run.honest, run.hostile, run.last].flatMap(({ attempt: { id, fence } }) => [
    { name: `${id} models`, value: modelKey(secretOfData(), id, fence).replace(/^kbm_.*_/, '') },
    { name: `${id} git`, value: gitToken(secretOfData(), id, fence) },
  ]);
}

/** Keys that are dead by now, but for those that the hostile engine got to see. */
function gone(): Secret[] {
  return [...ofAttempts(), { name: 'last relay', value: run.last.relayKey }];
}

describe('afterwards', () => {
  test('the work was done with the real key, which only the provider saw', () => {
    expect(new Set(run.seen.keys)).toEqual(new Set([KEY]));
    expect(run.seen.asked).not.toContain('POST /v1/files');
    expect(run.last.relayKey).toMatch(/^kbl_/);
    // What a model's shell shows of its program: neither the key of the attempt, nor that of the relay.
    const keys = [...kept(), ...ofAttempts()];
    const relays = [run.honest, run.last].map(({ id, relayKey }) => ({
      name: id,
      value: relayKey,
    }));
    expect(run.seen.read).toContain('KOUBOU_ATTEMPT=');
    expect(searcherFor([...keys, ...relays]).text('the model', run.seen.read)).toEqual([]);
  });

  test('nothing is on the disk of the agent', () => {
    const searcher = searcherFor([...kept(), ...gone()]);
    const disks = mill.disks();
    expect(disks.map(({ name }) => name)).toEqual(expect.arrayContaining(['/home', '/tmp']));
    expect(disks.flatMap(({ name, dir }) => searcher.folder(dir, { name }))).toEqual([]);
  });

  test('nothing was in the arguments or the environment of a process', () => {
    const { commands, environments } = run.watched;
    const all = searcherFor([...kept(), ...ofAttempts()]);
    expect([...commands].join('\n')).toMatch(/agent\0supervise/);
    expect([...commands].flatMap((text) => all.text(text, text))).toEqual([]);
    const never = searcherFor(kept());
    expect([...environments].join('\n')).toContain('KOUBOU_ATTEMPT=');
    expect([...environments].flatMap((text) => never.text(text, text))).toEqual([]);
  });

  test('the coordinator has each where it is kept, and nowhere else', () => {
    const found = searcherFor([...kept(), ...gone()]).folder(workshop.dir);
    expect(found.toSorted()).toEqual([
      expect.stringMatching(/^account: plain in models\/secrets\/[\w-]+$/),
      'api: plain in token',
      expect.stringMatching(/^github: plain in github\/secrets\/gh-\w+$/),
      'secret: plain in secret',
    ]);
    expect(searcherFor([...kept(), ...gone()]).text('log', workshop.log())).toEqual([]);
  });

  test('no answer of the API, no event and no recording has one', async () => {
    const tasks = [run.honest, run.hostile, run.last].map(({ id }) => id);
    const answers = await answersOf(workshop, { tasks, agents: ['mill'] });
    const searcher = searcherFor([...kept(), ...gone()]);
    expect(answers.flatMap(({ where, text }) => searcher.text(where, text))).toEqual([]);
    const all = answers.map(({ text }) => text).join('\n');
    // It would be found: the hostile engine printed all it had.
    expect(all).toContain(`== ${mill.home}/identity/key.pem`);
    expect(all).toContain('attempt.model_called');
  });
});

describe('each wrong use', () => {
  test('was refused', () => {
    expect(run.tries.length).toBeGreaterThan(15);
    for (const { what, status, said } of run.tries) {
      const isRefused = what.startsWith('git') ? status !== 0 : [401, 404].includes(status);
      expect(isRefused, `${what}: ${status} ${said}`).toBe(true);
    }
    expect(run.stolen['own']).toMatch(/^0: /);
    expect(run.stolen['main']).toContain('and nothing else, not refs/heads/main');
    expect(run.stolen['another']).toContain(
      'and nothing else, not refs/heads/koubou/work/task-99.1',
    );
    expect(run.stolen['vault']).toMatch(/^128: .*(403|works on)/s);
  });

  test('is written down', async () => {
    const log = workshop.log();
    const models = 'the gateway refused a request for a model: ';
    const git = 'the gateway refused a request of git: ';
    for (const words of [
      `${models}the attempt is not known, or the key is not its own`,
      `${models}show the key of an attempt`,
      `${models}the gateway lets no POST /models/anthropic/v1/files through`,
      `${git}the attempt is not known, is over, or its token is wrong`,
      'and nothing else, not refs/heads/main',
      ', not on ',
      'refused at the door: there is nothing here for an agent',
      'certificate_missing',
    ])
      expect(log).toContain(words);
    const agent = readFileSync(mill.at(`${mill.home}/agent.log`), 'utf8');
    expect(agent).toContain('the local API refused a request without the right token');
    for (const { id } of [run.hostile, run.honest]) {
      const text = await workshop.call('tasks.terminal', { id, format: 'text' });
      expect(text).toContain('koubou refused a request for a model: POST /models/anthropic/v1/');
    }
  });

  test('with the key of an attempt that is over is one', async () => {
    const { attempt } = run.honest;
    const { id, fence } = attempt;
    const key = modelKey(secretOfData(), id, fence);
    const ask = await mill.run(`node ${PROGRAMS}/hostile.ts ${mill.door} ${mill.home} key`, key);
    expect(ask.stdout).toContain(`${id} is over, and its key with it`);
    expect(workshop.log()).toContain(`${id} is over, and its key with it`);
    const { own } = await withTokenOf(attempt);
    expect(own).toMatch(/^128: /);
  });
});
