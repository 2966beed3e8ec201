/**
 * Hosts of this LAN that could be agents: from the user's SSH configuration, from the keys they accepted, and from what announces
 * itself by mDNS. Only names; nothing is connected to. Those that are agents of this workshop already are left out.
 */
import { readFile } from 'node:fs/promises';
import { networkInterfaces, hostname } from 'node:os';
import path from 'node:path';
import type { Agent } from '../../../shared/domain/agent.ts';
import type { HostSuggestion } from '../../../shared/provisioning.ts';
import { askLan, type Announced } from './mdns.ts';
import { SshError } from './ssh/errors.ts';
import { parseTarget } from './ssh/target.ts';

export interface SuggestDeps {
  /** The user's home folder. */
  readonly home: string;
  /** Our own file of accepted keys. */
  readonly known: string;
  readonly agents: readonly Pick<Agent, 'id' | 'enrolment' | 'address' | 'capabilities'>[];
  /** Short id of this workshop; `null` while it has none. */
  readonly workshop: string | null;
  /** Asks the LAN; for how long is its own matter. */
  readonly announced?: () => Promise<Announced[]>;
}

const MOST_SUGGESTIONS = 200;

export async function suggestHosts({
  home,
  known,
  agents,
  workshop,
  announced = askLan,
}: SuggestDeps): Promise<HostSuggestion[]> {
  const ssh = path.join(home, '.ssh');
  const [configured, accepted, ours, heard] = await Promise.all([
    configuredHosts(path.join(ssh, 'config'), ssh),
    knownNames(path.join(ssh, 'known_hosts')),
    knownNames(known),
    announced(),
  ]);
  const found = [
    ...configured.map((target) => suggestion(target, 'ssh_config')),
    ...[...accepted, ...ours].map((target) => suggestion(target, 'known_hosts')),
    ...heard
      .filter((one) => !isMember(one, agents, workshop))
      .map((one) => announcement(one, workshop)),
  ];
  const mine = ownNames(agents);
  return merged(found)
    .filter(({ target, address }) => !mine.has(bareName(target)) && !mine.has(address ?? ''))
    .slice(0, MOST_SUGGESTIONS);
}

function suggestion(target: string, from: HostSuggestion['from'][number]): HostSuggestion {
  return { target, from: [from], address: null, koubou: false, agent: null };
}

function announcement(
  { name, address, koubou, agent }: Announced,
  workshop: string | null,
): HostSuggestion {
  const of = agent?.workshop === workshop ? 'ours' : 'another';
  return {
    ...{ ...suggestion(name, 'mdns'), address, koubou },
    agent: agent && { ...agent, workshop: agent.workshop === null ? 'none' : of },
  };
}

/** It says that it is an agent of ours, and so it is: under whatever name its PC goes. */
function isMember(
  { agent }: Announced,
  agents: SuggestDeps['agents'],
  workshop: string | null,
): boolean {
  if (agent === null || workshop === null || agent.workshop !== workshop) return false;
  return agents.some(({ id, enrolment }) => enrolment !== null && id === agent.id);
}

function merged(all: readonly HostSuggestion[]): HostSuggestion[] {
  const byTarget = new Map<string, HostSuggestion>();
  for (const one of all) {
    const key = one.target.toLowerCase();
    const before = byTarget.get(key);
    byTarget.set(key, {
      target: before?.target ?? one.target,
      from: [...new Set([...(before?.from ?? []), ...one.from])],
      address: before?.address ?? one.address,
      koubou: (before?.koubou ?? false) || one.koubou,
      agent: before?.agent ?? one.agent,
    });
  }
  return [...byTarget.values()].filter(({ target }) => isTarget(target));
}

function isTarget(text: string): boolean {
  try {
    parseTarget(text);
    return true;
  } catch (error) {
    if (error instanceof SshError) return false;
    throw error;
  }
}

/** How agents and this PC itself are called. */
function ownNames(agents: SuggestDeps['agents']): ReadonlySet<string> {
  const own = Object.values(networkInterfaces()).flatMap((infos = []) =>
    infos.map(({ address }) => address),
  );
  const theirs = agents.flatMap(({ enrolment, address, capabilities }) => [
    ...(enrolment?.host === null || enrolment === null ? [] : [bareName(enrolment.host)]),
    ...(enrolment ? [address, ...namesOf(capabilities.hostname)] : []),
  ]);
  return new Set(['localhost', ...own, ...namesOf(hostname()), ...theirs].filter(Boolean));
}

function namesOf(host: string): string[] {
  const full = host.toLowerCase();
  const short = full.split('.')[0] ?? '';
  return short === '' ? [] : [full, short, `${short}.local`];
}

function bareName(target: string): string {
  return isTarget(target) ? parseTarget(target).name.toLowerCase() : target.toLowerCase();
}

/** Includes of includes are followed so deep. */
const MOST_DEPTH = 4;

/** The names after `Host` that are no patterns. What `Match` says depends on where one goes, so it names nobody. */
async function configuredHosts(file: string, ssh: string, depth = 0): Promise<string[]> {
  const text = await textOf(file);
  const names: string[] = [];
  for (const line of text.split('\n')) {
    const [, keyword = '', rest = ''] = /^\s*(\w+)(?:\s*=\s*|\s+)(.+?)\s*$/.exec(line) ?? [];
    const words = rest.split(/\s+/).map((word) => word.replaceAll('"', ''));
    if (/^host$/i.test(keyword)) names.push(...words.filter((word) => !/[*?!]/.test(word)));
    if (!/^include$/i.test(keyword) || depth >= MOST_DEPTH) continue;
    for (const word of words.filter((one) => !/[*?[]/.test(one))) {
      const included = path.resolve(ssh, word.replace(/^~(?=\/)/, path.dirname(ssh)));
      names.push(...(await configuredHosts(included, ssh, depth + 1)));
    }
  }
  return names.slice(0, 1_000);
}

async function knownNames(file: string): Promise<string[]> {
  const lines = (await textOf(file)).split('\n').filter((line) => !/^\s*([#@|]|$)/.test(line));
  const names = lines.flatMap((line) => line.trim().split(/\s+/)[0]?.split(',') ?? []);
  return names
    .filter((name) => !/[*?!|]/.test(name))
    .map(withPort)
    .slice(0, 1_000);
}

/** known_hosts writes `[host]:2222`; a target is `host:2222`, but for an IPv6 address. */
function withPort(name: string): string {
  const [, host, port] = /^\[([^\]]+)\]:(\d+)$/.exec(name) ?? [];
  return host === undefined || host.includes(':') ? name : `${host}:${port ?? ''}`;
}

/** Most people have no such file; one that may not be read suggests nothing. */
async function textOf(file: string): Promise<string> {
  return await readFile(file, 'utf8').catch(() => '');
}
