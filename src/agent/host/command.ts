/**
 * `koubou agent host install|uninstall|stop|status|kept-work`: the host's side of a provisioning. Orders come as lines of
 * JSON on standard input, answers go to standard output (`orders.ts`).
 */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { thisProgram } from '../../native/program.ts';
import { keepAlive, systemClock } from '../clock.ts';
import { readEnvironment } from '../config.ts';
import { messageOf, saysDiskFull } from '../failure.ts';
import { currentBuild } from './builds.ts';
import { holdHost } from './exclusive.ts';
import { homeAt, type Home } from './home.ts';
import { beginInstall, finishInstall, freshManifest } from './install.ts';
import { findKeptWork } from './kept-work.ts';
import { manifestOf, readManifest } from './manifest.ts';
import {
  HostAnswer,
  HostError,
  Order,
  type HostErrorCode,
  type KeptWork,
  type Owner,
} from './orders.ts';
import { ServiceError } from './services/service.ts';
import { openSite, siteContext, siteService, type Site } from './site.ts';
import { endAll, uninstallHost } from './uninstall.ts';

export const HostVerb = z.enum(['install', 'uninstall', 'stop', 'status', 'kept-work']);
export type HostVerb = z.infer<typeof HostVerb>;

/** Which orders each verb takes. */
const TAKES: Readonly<Record<HostVerb, readonly Order['type'][]>> = {
  install: ['install', 'certificate'],
  uninstall: ['uninstall'],
  stop: ['stop'],
  status: ['status'],
  'kept-work': ['kept_work'],
};

/** @returns the exit code: 0 carried out, 1 not; the last line of the output says which */
export async function runHostCommand(verb: HostVerb): Promise<number> {
  const release = keepAlive();
  // A connection that broke takes no answers; what was ordered is done all the same.
  process.stdout.on('error', () => {});
  const orders = createInterface({ input: process.stdin });
  let code = 0;
  let held: { release(): Promise<void> } | null = null;
  try {
    for await (const line of orders) {
      if (line.trim() === '') continue;
      const order = readOrder(line, verb);
      const home = homeAt(order.home);
      if (verb !== 'status' && verb !== 'kept-work') held ??= await holdHost(home, doing(order));
      const last = await carryOut(order, home);
      answer(last);
      // Only a request is followed by another order.
      if (last.type !== 'request') break;
    }
  } catch (error) {
    answer(asAnswer(error));
    code = 1;
  } finally {
    orders.close();
    process.stdin.destroy();
    await held?.release();
    release();
  }
  return code;
}

/** @throws HostError */
function readOrder(line: string, verb: HostVerb): Order {
  const parsed = Order.safeParse(parse(line));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new HostError(
      'bad_order',
      `the order cannot be read: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`.trim(),
    );
  }
  if (TAKES[verb].includes(parsed.data.type)) return parsed.data;
  throw new HostError(
    'bad_order',
    `"koubou agent host ${verb}" takes no ${parsed.data.type} order`,
  );
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    // The schema says it in its own words.
    return null;
  }
}

function doing(order: Order): string {
  const who = 'owner' in order ? (order.owner?.name ?? 'somebody') : 'somebody';
  const what = order.type === 'certificate' ? 'install' : order.type;
  return `the workshop "${who}" is at it right now (${what})`;
}

async function carryOut(order: Order, home: Home): Promise<HostAnswer> {
  const deps = {
    home,
    environment: readEnvironment(),
    clock: systemClock,
    progress: (message: string): void => answer({ type: 'progress', message }),
  };
  switch (order.type) {
    case 'install':
      return await beginInstall(order, deps);
    case 'certificate':
      return await finishInstall(order, deps);
    case 'uninstall':
      return await uninstallHost(order, { ...deps, keptWork: lookAsUser });
    case 'stop':
      return await stopAll(await siteOf(deps));
    case 'status':
      return await statusOf(await siteOf(deps));
    case 'kept_work':
      return { type: 'kept_work', kept: await findKeptWork(home, deps.environment) };
  }
}

async function siteOf(deps: Omit<Site, 'manifest' | 'machine' | 'name'>): Promise<Site> {
  const data = (await readManifest(deps.home)) ?? freshManifest({ scope: 'user' });
  return openSite({ ...deps, manifest: manifestOf(deps.home, data) });
}

/** The agent and its attempts. */
async function stopAll(site: Site): Promise<HostAnswer> {
  const service = await siteService(site);
  await service?.stop();
  await endAll(site);
  return { type: 'stopped' };
}

async function statusOf(site: Site): Promise<HostAnswer> {
  const service = await siteService(site);
  const none = { installed: false, running: false, detail: 'not installed' };
  const found = service === null ? none : await service.status();
  const { owner }: { owner: Owner | null } = site.manifest.data;
  const build = await currentBuild(site.home);
  return { type: 'status', owner, build, service: service?.kind ?? null, ...found };
}

/** Git obeys what the repositories that it looks at say: never as root. */
async function lookAsUser(site: Site): Promise<KeptWork[]> {
  const { home, environment } = site;
  const { user } = await siteContext(site);
  if (process.getuid?.() !== 0 || user.uid === 0) return await findKeptWork(home, environment);
  const { command, args } = thisProgram();
  const child = spawn(command, [...args, 'agent', 'host', 'kept-work'], {
    cwd: '/',
    uid: user.uid,
    gid: user.gid,
    env: { ...environment, HOME: user.home, USER: user.name },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  child.on('error', () => {});
  child.stdin.on('error', () => {});
  child.stdin.end(`${JSON.stringify({ type: 'kept_work', home: home.dir })}\n`);
  const said = HostAnswer.safeParse(parse(await text(child.stdout)));
  if (said.success && said.data.type === 'kept_work') return said.data.kept;
  return [{ what: home.state, why: `it cannot be looked at as ${user.name}` }];
}

function answer(message: HostAnswer): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

function asAnswer(error: unknown): HostAnswer {
  const message = messageOf(error);
  const kept = error instanceof HostError ? error.kept : [];
  return {
    type: 'error',
    code: codeOf(error),
    message,
    ...(kept.length > 0 && { kept: [...kept] }),
  };
}

function codeOf(error: unknown): HostErrorCode {
  if (error instanceof HostError) return error.code;
  if (error instanceof ServiceError) return 'service_failed';
  return saysDiskFull(messageOf(error)) ? 'disk_full' : 'failed';
}
