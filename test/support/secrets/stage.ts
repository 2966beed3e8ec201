/**
 * A workshop that holds marked secrets, and an agent on a host of its own: accounts at two providers and at a GitHub, which
 * are on the coordinator's PC, and an environment as people have it. Tasks are begun here and followed to their end.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import type { Attempt } from '../../../src/shared/domain/attempt.ts';
import type { EngineSpec } from '../../../src/shared/domain/engine.ts';
import type { TaskId } from '../../../src/shared/ids.ts';
import { until } from '../../faults/time.ts';
import { openSite, type Site } from '../provisioning-site.ts';
import type { ProvisioningWorkshop } from '../provisioning.ts';
import { NODE } from '../workshop.ts';
import { startAgentHost, type AgentHost } from './agent-host.ts';
import type { Secret } from './spellings.ts';
import { LET_GO, REPOS, type Seen, type StandIns } from './internet.ts';

export const KEYS = {
  anthropic: 'sk-marked-account/7Qm+Zt3=vB9xR2nL5kD8',
  openai: 'sk-marked-openai/2Wp+Jy6=hN4sM1gT9cF7',
} as const;
/** In the environment of the coordinator, where people have such things. */
const PLANTED = {
  ANTHROPIC_API_KEY: 'sk-marked-environment-1Hs6Yw4Pc0Tj',
  OPENAI_API_KEY: 'sk-marked-openai-environment-8Uf3Ek',
  GH_TOKEN: 'ghp_markedEnvironment5Xa2Vd9Nq7Ie',
  AWS_SECRET_ACCESS_KEY: 'marked/aws+environment0Lz4Go6Cb',
};

/** A task, and its first attempt. */
export interface Begun {
  readonly id: TaskId;
  readonly attempt: Attempt;
}

export interface Stage {
  readonly site: Site;
  readonly workshop: ProvisioningWorkshop;
  readonly mill: AgentHost;
  /** Addresses of the repositories at GitHub: that of all tasks, and another one. */
  readonly repos: readonly [string, string];
  /** What must be on no agent, ever, and on the coordinator only where it is kept. */
  readonly kept: readonly Secret[];
  /** The data folder's `secret`. */
  readonly secret: string;
  seen(): Promise<Seen>;
  /** Resolves when it is worked on. */
  begin(engine: EngineSpec): Promise<Begun>;
  /** What the engine of an attempt shows its relay, once that is in its file. */
  relayKey(begun: Begun): Promise<string>;
  /** Whether Claude Code's model goes on after its look around. */
  setLetGo(isFree: boolean): Promise<void>;
  inReview(id: TaskId): Promise<void>;
  /** Resolves when it is so. @throws Error after a minute */
  untilIt(what: string, is: () => boolean | Promise<boolean>): Promise<void>;
  close(): Promise<void>;
}

export async function openStage(): Promise<Stage> {
  const site = await openSite();
  const standIns = startStandIns(site);
  try {
    return await furnish(site, standIns);
  } catch (error) {
    standIns.kill();
    await site.close();
    throw error;
  }
}

async function furnish(site: Site, standIns: ChildProcess): Promise<Stage> {
  const internet = Ready.parse(await asked(standIns, Object.values(KEYS)));
  const [workshop, host] = await Promise.all([
    site.start({ env: PLANTED }),
    site.host({ name: 'mill', init: 'none' }),
  ]);
  await addAccounts(workshop, internet);
  const mill = await startAgentHost(workshop, host);
  const ofData = (name: string): string =>
    readFileSync(path.join(workshop.dir, name), 'utf8').trim();
  const [first, second] = REPOS.map((name) => `${internet.github}/${name}`);
  const untilIt: Stage['untilIt'] = async (what, is) => {
    if (await until(is, 60_000, 20)) return;
    throw new Error(`${what}: not within a minute\n${workshop.log().slice(-4_000)}`);
  };
  return {
    ...{ site, workshop, mill, untilIt },
    repos: [first ?? '', second ?? ''],
    secret: ofData('secret'),
    kept: [
      ...Object.entries(KEYS).map(([name, value]) => ({ name, value })),
      { name: 'github', value: internet.token },
      { name: 'api', value: ofData('token') },
      { name: 'secret', value: ofData('secret') },
      ...Object.entries(PLANTED).map(([name, value]) => ({ name, value })),
    ],
    seen: async () => SeenThere.parse(await asked(standIns, 'what did you see?')),
    begin: (engine) => begin(workshop, first ?? '', engine, untilIt),
    inReview: (id) =>
      untilIt(`${id} is done`, async () => {
        const task = await workshop.call('tasks.get', { id });
        if (task.state === 'failed') throw new Error(JSON.stringify(task.failure));
        return task.state === 'review';
      }),
    async relayKey({ attempt }) {
      const file = mill.at(`${mill.home}/state/attempts/${attempt.id}/models.key`);
      await untilIt('the engine has its key', () => existsSync(file));
      if ((statSync(file).mode & 0o777) !== 0o600) throw new Error('others may read the key');
      return readFileSync(file, 'utf8');
    },
    async setLetGo(isFree) {
      const { code } = await host.exec(`${isFree ? 'touch' : 'rm'} ${LET_GO}`);
      if (code !== 0) throw new Error(`${LET_GO} could not be changed`);
    },
    async close() {
      standIns.kill();
      await site.close();
    },
  };
}

const Ready = z.object({ models: z.string(), github: z.string(), token: z.string() });
const SeenThere = z.object({
  keys: z.array(z.string()),
  asked: z.array(z.string()),
  read: z.string(),
});

function startStandIns(site: Site): ChildProcess {
  const script = path.join(import.meta.dirname, 'stand-ins.ts');
  const [command = '', ...args] = site.hosts.onCoordinator([NODE, script]);
  return spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
}

async function asked(standIns: ChildProcess, message: string | string[]): Promise<unknown> {
  const answer = once(standIns, 'message');
  standIns.send(message);
  return (await answer).at(0);
}

async function addAccounts(
  { call }: ProvisioningWorkshop,
  { models, github, token }: StandIns,
): Promise<void> {
  for (const provider of ['anthropic', 'openai'] as const) {
    const secret = KEYS[provider];
    await call('accounts.add', { provider, name: provider, baseUrl: models, secret });
  }
  await call('github.sign_in', { order: { with: 'token', host: github, token } });
}

async function begin(
  { call }: ProvisioningWorkshop,
  repo: string,
  engine: EngineSpec,
  untilIt: Stage['untilIt'],
): Promise<Begun> {
  const title = `Write the notes anew (${engine.kind})`;
  const { id } = await call('tasks.create', { repo, title, engine });
  const found: Attempt[] = [];
  await untilIt('it is worked on', async () => {
    found.push(...(await call('tasks.attempts', { id })).attempts);
    return found.length > 0;
  });
  const [attempt] = found;
  if (!attempt) throw new Error(`${id} has no attempt`);
  return { id, attempt };
}
