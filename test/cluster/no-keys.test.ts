/**
 * No key on an agent: an agent on a host of its own works through a coordinator that holds marked secrets, with the real
 * Claude Code and with an engine that does its worst. Afterwards they are looked for in every spelling in all that is left
 * of it, on both sides; and each wrong use was refused, and is written down.
 *
 * What this does not show: that attempts which run at the same time on one agent, as one user, are hidden from each other.
 * What one of them has in memory or in a file, another may read, as all programs of one user may; and it is worthless
 * with the end of the attempt.
 */
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { repoKeyOf } from '../../src/main/coordinator/forge/repo-key.ts';
import { gitToken, modelKey } from '../../src/main/coordinator/gateway/tokens.ts';
import type { Attempt } from '../../src/shared/domain/attempt.ts';
import { FIRST_MS } from '../support/provisioning-site.ts';
import { PROGRAMS } from '../support/secrets/agent-host.ts';
import { answersOf } from '../support/secrets/answers.ts';
import { searcherFor } from '../support/secrets/search.ts';
import type { Secret } from '../support/secrets/spellings.ts';
import { KEYS, openStage, type Begun, type Stage } from '../support/secrets/stage.ts';
import type { Seen } from '../support/secrets/internet.ts';
import { watchProcesses, type Watched } from '../support/secrets/watch.ts';

const Tried = z.object({ what: z.string(), status: z.number(), said: z.string() });

interface Run {
  readonly honest: Begun;
  readonly hostile: Begun;
  /** One after the hostile engine was gone, which had read what the first one had. */
  readonly last: Begun;
  /** What the engines of the first and the last show their relays. */
  readonly relayKeys: readonly [string, string];
  readonly watched: Watched;
  readonly tries: readonly z.infer<typeof Tried>[];
  /** What git answered to whoever had the token of an attempt that ran, by what was tried. */
  readonly stolen: Readonly<Record<string, string>>;
  readonly seen: Seen;
}

let stage: Stage;
let run: Run;

beforeAll(async () => {
  stage = await openStage();
  run = await runTasks(stage);
}, FIRST_MS);

afterAll(async () => await stage?.close());

async function runTasks({ site, mill, workshop, ...on }: Stage): Promise<Run> {
  const [home = ''] = mill.host.namespaces();
  const watch = watchProcesses(site.hosts.namespaces(), home);
  const honest = await on.begin({ kind: 'claude-code' });
  const first = await on.relayKey(honest);
  await on.untilIt('the model is asked', async () => (await on.seen()).keys.length > 0);
  const hostile = await on.begin({ kind: 'command', run: placeHostile() });
  const stolen = await withTokenOf(honest.attempt);
  await on.inReview(hostile.id);
  await on.setLetGo(true);
  await on.inReview(honest.id);
  await on.setLetGo(false);
  const last = await on.begin({ kind: 'claude-code' });
  const second = await on.relayKey(last);
  await on.setLetGo(true);
  await on.inReview(last.id);
  await workshop.call('backups.create', {});
  const tries = readFileSync(mill.at('/tmp/tries.json'), 'utf8');
  return {
    ...{ honest, hostile, last, stolen, relayKeys: [first, second] },
    watched: watch.stop(),
    tries: z.array(Tried).parse(JSON.parse(tries)),
    seen: await on.seen(),
  };
}

/** @returns the command that runs it */
function placeHostile(): string {
  const { host, door, home } = stage.mill;
  const script = path.join(import.meta.dirname, '../support/secrets/hostile.ts');
  copyFileSync(script, path.join(host.root, PROGRAMS, 'hostile.ts'));
  writeFileSync(path.join(host.root, PROGRAMS, 'package.json'), '{"type":"module"}');
  return `node ${PROGRAMS}/hostile.ts ${door} ${home}`;
}

const WHO = '-c user.name=x -c user.email=x@example.com';

/** What git answers on the host to whoever has the very token of an attempt, by what it is asked to do. */
async function withTokenOf({ id, fence }: Attempt): Promise<Record<string, string>> {
  const { mill, repos, secret } = stage;
  const basic = Buffer.from(`${id}:${gitToken(secret, id, fence)}`).toString('base64');
  const [own = '', other = ''] = repos.map((url) => repoKeyOf(url));
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
  const { secret } = stage;
  return [run.honest, run.hostile, run.last].flatMap(({ attempt: { id, fence } }) => [
    { name: `${id} models`, value: modelKey(secret, id, fence).replace(/^kbm_.*_/, '') },
    { name: `${id} git`, value: gitToken(secret, id, fence) },
  ]);
}

/** Keys that are dead by now, but for those that the hostile engine got to see. */
function gone(): Secret[] {
  return [...ofAttempts(), { name: 'last relay', value: run.relayKeys[1] }];
}

describe('afterwards', () => {
  test('the work was done with the real key, which only the provider saw', () => {
    expect(new Set(run.seen.keys)).toEqual(new Set([KEYS.anthropic]));
    expect(run.seen.asked).not.toContain('POST /v1/files');
    expect(run.relayKeys[1]).toMatch(/^kbl_/);
    // What a model's shell shows of its program: neither the key of the attempt, nor that of the relay.
    const keys = [...stage.kept, ...ofAttempts()];
    const relays = run.relayKeys.map((value) => ({ name: 'relay', value }));
    expect(run.seen.read).toContain('KOUBOU_ATTEMPT=');
    expect(searcherFor([...keys, ...relays]).text('the model', run.seen.read)).toEqual([]);
  });

  test('nothing is on the disk of the agent', () => {
    const searcher = searcherFor([...stage.kept, ...gone()]);
    const disks = stage.mill.disks();
    expect(disks.map(({ name }) => name)).toEqual(expect.arrayContaining(['/home', '/tmp']));
    expect(disks.flatMap(({ name, dir }) => searcher.folder(dir, { name }))).toEqual([]);
  });

  test('nothing was in the arguments or the environment of a process', () => {
    const { commands, environments } = run.watched;
    const all = searcherFor([...stage.kept, ...ofAttempts()]);
    expect([...commands].join('\n')).toMatch(/agent\0supervise/);
    expect([...commands].flatMap((text) => all.text(text, text))).toEqual([]);
    const never = searcherFor(stage.kept);
    expect([...environments].join('\n')).toContain('KOUBOU_ATTEMPT=');
    expect([...environments].flatMap((text) => never.text(text, text))).toEqual([]);
  });

  test('the coordinator has each where it is kept, and nowhere else', () => {
    const found = searcherFor([...stage.kept, ...gone()]).folder(stage.workshop.dir);
    expect(found.toSorted()).toEqual([
      expect.stringMatching(/^anthropic: plain in models\/secrets\/[\w-]+$/),
      'api: plain in token',
      expect.stringMatching(/^github: plain in github\/secrets\/gh-\w+$/),
      expect.stringMatching(/^openai: plain in models\/secrets\/[\w-]+$/),
      'secret: plain in secret',
    ]);
    expect(searcherFor([...stage.kept, ...gone()]).text('log', stage.workshop.log())).toEqual([]);
  });

  test('no answer of the API, no event and no recording has one', async () => {
    const tasks = [run.honest, run.hostile, run.last].map(({ id }) => id);
    const answers = await answersOf(stage.workshop, { tasks, agents: ['mill'] });
    const searcher = searcherFor([...stage.kept, ...gone()]);
    expect(answers.flatMap(({ where, text }) => searcher.text(where, text))).toEqual([]);
    const all = answers.map(({ text }) => text).join('\n');
    // It would be found: the hostile engine printed all it had.
    expect(all).toContain(`== ${stage.mill.home}/identity/key.pem`);
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
    const log = stage.workshop.log();
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
    const agent = readFileSync(stage.mill.at(`${stage.mill.home}/agent.log`), 'utf8');
    expect(agent).toContain('the local API refused a request without the right token');
    for (const { id } of [run.hostile, run.honest]) {
      const text = await stage.workshop.call('tasks.terminal', { id, format: 'text' });
      expect(text).toContain('koubou refused a request for a model: POST /models/anthropic/v1/');
    }
  });

  test('with the key of an attempt that is over is one', async () => {
    const { attempt } = run.honest;
    const { id, fence } = attempt;
    const key = modelKey(stage.secret, id, fence);
    const order = `node ${PROGRAMS}/hostile.ts ${stage.mill.door} ${stage.mill.home} key`;
    const ask = await stage.mill.run(order, key);
    expect(ask.stdout).toContain(`${id} is over, and its key with it`);
    expect(stage.workshop.log()).toContain(`${id} is over, and its key with it`);
    // The relay of an attempt went with it, so what the hostile engine printed of its own leads nowhere.
    const printed = await stage.workshop.call('tasks.terminal', {
      ...{ id: run.hostile.id, format: 'text' },
    });
    const [, relay = ''] = /ANTHROPIC_BASE_URL=(http:\S+:\d+)\//.exec(printed) ?? [];
    const [, ownKey = ''] = /ANTHROPIC_API_KEY=(kbl_\S+)/.exec(printed) ?? [];
    expect([relay, ownKey]).not.toContain('');
    const late = await stage.mill.run(order.replace(stage.mill.door, relay), ownKey);
    expect(late.stdout).toContain('ECONNREFUSED');
    const { own } = await withTokenOf(attempt);
    expect(own).toMatch(/^128: /);
  });
});
