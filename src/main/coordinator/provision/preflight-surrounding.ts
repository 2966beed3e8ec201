/** The part of the report about what is around the machine: services, network, time, sign-in, speed. No I/O. */
import type { NewHost, PreflightItem } from '../../../shared/provisioning.ts';
import type { HostFacts, ServiceKind } from './probe/facts.ts';

export interface Surrounding {
  readonly facts: HostFacts;
  readonly install: NewHost['install'];
  /** Its clock against ours: positive when it is ahead. `null`: not known. */
  readonly clockAheadMs: number | null;
  /** How sure that is: the time the question took. */
  readonly clockErrorMs: number;
  readonly signedInWith: 'key' | 'password';
  /** Whether the coordinator listens to the LAN at all, so that hosts could reach it. */
  readonly door: 'open' | 'closed';
  /** The connection of SSH can carry the agent's when the coordinator cannot be reached. */
  readonly mayTunnel: boolean;
}

/** Certificates are given an hour back; beyond that a wrong clock is in the way. */
const CLOCK = { note: 5_000, bad: 30 * 60_000 };

export function surroundingItems(input: Surrounding): PreflightItem[] {
  return [
    service(input),
    way(input),
    names(input.facts),
    clock(input),
    signIn(input),
    ...firewall(input.facts),
    ...speeds(input.facts),
  ];
}

const WORDS: Readonly<Record<ServiceKind, string>> = {
  'systemd-system': 'systemd',
  'systemd-user': 'systemd of the user',
  openrc: 'OpenRC',
  runit: 'runit',
  launchd: 'launchd',
  windows: 'Windows services',
  cron: 'cron',
};

function service({ facts, install }: Surrounding): PreflightItem {
  const item = { name: 'Service', wanted: 'starts with the machine' };
  const has = (kind: ServiceKind): boolean => facts.services.some((one) => one.kind === kind);
  const found = facts.services.map(({ kind }) => WORDS[kind]).join(', ');
  const shown = { ...item, found: found === '' ? 'none' : found };
  const asRoot = install === 'system' || facts.isRoot;
  const systemWide = has('systemd-system') || has('openrc') || has('runit');
  if (has('launchd') || has('windows') || (asRoot && systemWide))
    return { ...shown, verdict: 'good', advice: '' };
  if (has('systemd-user') && facts.linger !== 'no')
    return { ...shown, verdict: 'good', advice: '' };
  const cron = facts.services.find(({ kind }) => kind === 'cron');
  if (cron && cron.state !== 'forbidden') {
    const advice =
      cron.state === 'stopped'
        ? 'Cron would start the agent, and it does not run: start its service.'
        : 'Cron starts the agent and looks after it every minute.';
    return { ...shown, verdict: 'note', advice };
  }
  const advice = has('systemd-user')
    ? `The agent would run only while ${facts.user} is signed in: run "sudo loginctl enable-linger ${facts.user}" there, or install for the whole system.`
    : 'Nothing starts the agent again after a restart of the machine. Install cron, or install for the whole system.';
  return { ...shown, verdict: 'bad', advice };
}

function way({ facts, door, mayTunnel }: Surrounding): PreflightItem {
  const item = { name: 'Way to the coordinator', wanted: 'a TCP connection from the host' };
  const good = facts.reaches.find(({ answer }) => answer === 'yes');
  if (good) return { ...item, found: addressOf(good), verdict: 'good', advice: '' };
  if (door === 'closed') {
    const advice = 'The coordinator opens its port for agents when the first one is added.';
    return { ...item, found: 'not tried', verdict: 'note', advice };
  }
  if (facts.reaches.length === 0 || facts.reaches.some(({ answer }) => answer === 'unknown')) {
    const advice = 'The host has no program to try it with; the start of the agent will show it.';
    return { ...item, found: 'unknown', verdict: 'note', advice };
  }
  const found = `none of ${facts.reaches.map(addressOf).join(', ')}`;
  if (mayTunnel) {
    const advice =
      'A tunnel through the SSH connection is used. Without it: let this port through the firewall of the coordinator’s PC.';
    return { ...item, found, verdict: 'note', advice };
  }
  const advice = 'Let this port through the firewall of the coordinator’s PC, then try again.';
  return { ...item, found, verdict: 'bad', advice };
}

function addressOf({ host, port }: { readonly host: string; readonly port: number }): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

function names({ names: found }: HostFacts): PreflightItem {
  const item = { name: 'Names (DNS)', wanted: 'answers for names of the internet' };
  if (found === 'yes') return { ...item, found: 'answers', verdict: 'good', advice: '' };
  if (found === 'unknown')
    return {
      ...item,
      found: 'unknown',
      verdict: 'note',
      advice: 'No program there to try it with.',
    };
  const advice =
    'Tasks that fetch packages or speak to a service fail here. Check the network and the name servers of the host.';
  return { ...item, found: 'no answer within a second', verdict: 'note', advice };
}

function clock({ facts, clockAheadMs, clockErrorMs }: Surrounding): PreflightItem {
  const item = { name: 'Clock', wanted: 'right within a few seconds' };
  if (clockAheadMs === null)
    return { ...item, found: 'unknown', verdict: 'note', advice: 'It could not be read.' };
  const off = Math.max(0, Math.abs(clockAheadMs) - clockErrorMs);
  const found = off < 1_000 ? 'right' : `${span(off)} ${clockAheadMs > 0 ? 'ahead' : 'behind'}`;
  const advice = 'Set the clock of the host, and let it be kept (timedatectl set-ntp true).';
  if (off > CLOCK.bad) return { ...item, found, verdict: 'bad', advice };
  if (off > CLOCK.note || facts.clockIsKept === false)
    return { ...item, found, verdict: 'note', advice };
  return { ...item, found, verdict: 'good', advice: '' };
}

function span(ms: number): string {
  if (ms < 120_000) return `${Math.round(ms / 1_000)} s`;
  return ms < 7_200_000 ? `${Math.round(ms / 60_000)} min` : `${Math.round(ms / 3_600_000)} h`;
}

function signIn({ facts, signedInWith }: Surrounding): PreflightItem {
  const item = { name: 'Sign-in', found: signedInWith, wanted: 'key' };
  if (signedInWith === 'key') return { ...item, verdict: 'good', advice: '' };
  const advice = `Put your key there (ssh-copy-id ${facts.user}@…): then nobody has to type the password again, also for a tunnel that is made anew.`;
  return { ...item, verdict: 'note', advice };
}

function firewall({ firewalls }: HostFacts): PreflightItem[] {
  if (firewalls.length === 0) return [];
  const advice = 'Agents open connections outward only: nothing has to be let in.';
  const found = firewalls.join(', ');
  return [{ name: 'Firewall', found, wanted: 'lets the host out', verdict: 'good', advice }];
}

/** Bytes in a second that are little for a PC of today. */
const SLOW = { cpu: 100e6, memory: 1e9, disk: 30e6 };

function speeds({ speeds: { cpu, memory, disk } }: HostFacts): PreflightItem[] {
  return [
    speed('Processor speed', cpu, SLOW.cpu, 'SHA-256 on one core'),
    speed('Memory speed', memory, SLOW.memory, 'copying'),
    speed('Disk speed', disk, SLOW.disk, 'writing through'),
  ].flat();
}

function speed(name: string, found: number | null, least: number, what: string): PreflightItem[] {
  if (found === null) return [];
  const shown = `${megabytes(found)} (${what})`;
  const item = { name, found: shown, wanted: megabytes(least) };
  if (found >= least) return [{ ...item, verdict: 'good', advice: '' }];
  const advice = 'Slow, or busy just now: give this agent fewer slots.';
  return [{ ...item, verdict: 'note', advice }];
}

/** `123 MB/s`. */
export function megabytes(bytesPerSecond: number): string {
  return `${Math.round(bytesPerSecond / 1e6)} MB/s`;
}
