/**
 * The report on what the system requires, from what the probe found. Only what makes an agent impossible is `missing`; all
 * else it can live with, and says so. No I/O.
 */
import type { PreflightItem } from '../../../shared/provisioning.ts';
import type { Result } from '../../../shared/result.ts';
import { platformOf, type HostFacts, type Place } from './probe/facts.ts';
import { surroundingItems, type Surrounding } from './preflight-surrounding.ts';

export interface PreflightInput extends Surrounding {
  readonly facts: HostFacts;
  /** Where the agent would live, or why nowhere. */
  readonly place: Result<Place, string>;
  /** There is an executable for this kind of machine. */
  readonly hasExecutable: boolean;
}

const GB = 1024 ** 3;
/** Node 24, which the executable is, was built against it. */
const OLDEST_GLIBC = [2, 28] as const;
const OLDEST_GIT = [2, 30] as const;
const OLDEST_PYTHON = [3, 8] as const;
const OLDEST_NODE = [18, 0] as const;

export function preflight(input: PreflightInput): PreflightItem[] {
  const { facts } = input;
  return [
    system(input),
    libc(facts),
    folder(input.place),
    amount('Processor', facts.cpus, 4, (n) => `${n} cores`, 'Fewer tasks run at once here.'),
    amount(
      'Memory',
      facts.memoryBytes === null ? null : facts.memoryBytes / GB,
      // What a machine sold as 16 GB shows is less.
      15,
      (n) => `${n.toFixed(1)} GB`,
      'Large builds may run out of memory: give this agent one slot.',
      '16 GB',
    ),
    disk(facts, input.place),
    git(facts),
    tool(facts, 'Python', 'python3', OLDEST_PYTHON, 'Install python3 for tasks that need it.'),
    tool(facts, 'Node', 'node', OLDEST_NODE, 'Install Node.js for tasks that need it.'),
    docker(facts),
    engines(facts),
    ...surroundingItems(input),
  ];
}

/** Below the minimum, or impossible: what is said at the end of the step. */
export function summaryOf(report: readonly PreflightItem[]): {
  readonly missing: readonly PreflightItem[];
  readonly bad: readonly PreflightItem[];
} {
  return {
    missing: report.filter(({ verdict }) => verdict === 'missing'),
    bad: report.filter(({ verdict }) => verdict === 'bad'),
  };
}

function system({ facts, hasExecutable }: PreflightInput): PreflightItem {
  const found = `${facts.os.name}, ${facts.kernel} ${facts.release} on ${facts.machine}`;
  const item = { name: 'System', found, wanted: 'Linux, macOS or Windows on x64 or arm64' };
  if (platformOf(facts) === null) {
    const advice = 'There is no Koubou for this kind of machine. Use another PC.';
    return { ...item, verdict: 'missing', advice };
  }
  if (hasExecutable) return { ...item, verdict: 'good', advice: '' };
  const advice = `No executable for ${platformOf(facts) ?? ''} was built here. Run "npm run build:koubou" on the coordinator's PC, then try again.`;
  return { ...item, verdict: 'missing', advice };
}

function libc({ kernel, libc: found }: HostFacts): PreflightItem {
  const item = {
    name: 'C library',
    found: kernel === 'Linux' ? `${found.kind} ${found.version}`.trim() : 'of the system',
    wanted: `glibc ${OLDEST_GLIBC.join('.')}`,
  };
  if (kernel !== 'Linux') return { ...item, wanted: 'of the system', verdict: 'good', advice: '' };
  if (found.kind === 'musl') {
    const advice =
      'The executable needs glibc, and this system has musl (Alpine and the like). Use a Debian, Ubuntu, Fedora or CentOS system.';
    return { ...item, verdict: 'missing', advice };
  }
  if (found.kind === 'other' || found.version === '') {
    const advice = 'It could not be found out; the start of the program will show it.';
    return { ...item, found: 'unknown', verdict: 'note', advice };
  }
  if (isAtLeast(found.version, OLDEST_GLIBC)) return { ...item, verdict: 'good', advice: '' };
  const advice =
    'This system is too old. Update it: Debian 10, Ubuntu 20.04 or CentOS Stream 8 are the oldest that work.';
  return { ...item, verdict: 'missing', advice };
}

function folder(place: Result<Place, string>): PreflightItem {
  const item = { name: 'Folder', wanted: 'writable, may run programs, room for the program' };
  if (!place.ok) return { ...item, found: 'none', verdict: 'missing', advice: place.error };
  const { path, kind } = place.value;
  if (path.startsWith('/var/tmp/') && kind === 'other') {
    const advice =
      'No better folder was found, and some systems clean this one. Give the user a home folder that is not mounted with noexec.';
    return { ...item, found: path, verdict: 'bad', advice };
  }
  return { ...item, found: path, verdict: kind === 'other' ? 'note' : 'good', advice: '' };
}

function amount(
  name: string,
  found: number | null,
  least: number,
  show: (value: number) => string,
  advice: string,
  wanted = show(least),
): PreflightItem {
  const item = { name, wanted };
  if (found === null)
    return { ...item, found: 'unknown', verdict: 'note', advice: 'It could not be found out.' };
  if (found >= least) return { ...item, found: show(found), verdict: 'good', advice: '' };
  return { ...item, found: show(found), verdict: 'bad', advice: `Below the minimum. ${advice}` };
}

/** What is recommended, what work trees need at the least. */
const DISK = { recommended: 500 * GB, least: 20 * GB };

function disk(facts: HostFacts, place: Result<Place, string>): PreflightItem {
  const at = place.ok ? place.value : facts.places[0];
  const item = { name: 'Disk', wanted: '500 GB recommended' };
  if (!at || at.freeBytes === null || at.totalBytes === null)
    return { ...item, found: 'unknown', verdict: 'note', advice: 'It could not be found out.' };
  const found = `${inGb(at.freeBytes)} free of ${inGb(at.totalBytes)}`;
  if (at.freeBytes < DISK.least) {
    const advice = 'Work trees of large repositories will not fit. Free some room, or add a disk.';
    return { ...item, found, verdict: 'bad', advice };
  }
  if (at.totalBytes < DISK.recommended) {
    const advice = 'Less than recommended; it works, with fewer repositories in the cache.';
    return { ...item, found, verdict: 'note', advice };
  }
  return { ...item, found, verdict: 'good', advice: '' };
}

function inGb(bytes: number): string {
  return `${bytes < 10 * GB ? (bytes / GB).toFixed(1) : Math.round(bytes / GB)} GB`;
}

function git(facts: HostFacts): PreflightItem {
  const found = facts.tools.find(({ name }) => name === 'git');
  const item = {
    name: 'Git',
    found: found?.version ?? 'none',
    wanted: `${OLDEST_GIT.join('.')} or newer`,
  };
  if (found && isAtLeast(found.version, OLDEST_GIT))
    return { ...item, verdict: 'good', advice: '' };
  const how = installOf(facts, 'git');
  const advice = found
    ? `Update git (${how}): some tasks fail with this one.`
    : `Install git (${how}): without it this agent takes no work.`;
  return { ...item, verdict: 'bad', advice };
}

function tool(
  facts: HostFacts,
  name: string,
  program: string,
  oldest: readonly [number, number],
  advice: string,
): PreflightItem {
  const found = facts.tools.find((one) => one.name === program);
  const item = { name, found: found?.version ?? 'none', wanted: `${oldest.join('.')} or newer` };
  if (found && isAtLeast(found.version, oldest)) return { ...item, verdict: 'good', advice: '' };
  return { ...item, verdict: 'note', advice: `${advice} (${installOf(facts, program)})` };
}

function docker({ docker: found, tools, user }: HostFacts): PreflightItem {
  const item = { name: 'Docker', wanted: 'for tasks that need containers' };
  if (!found) {
    const other = tools.find(({ name }) => name === 'podman');
    const shown = other ? `none, but podman ${other.version}` : 'none';
    return { ...item, found: shown, verdict: 'note', advice: 'Install it for tasks that need it.' };
  }
  if (found.ready) return { ...item, found: found.said, verdict: 'good', advice: '' };
  const isDenied = /permission denied/i.test(found.said);
  const advice = isDenied
    ? `${user} may not use it: add the user to the group docker.`
    : 'It is installed and does not answer: start its service.';
  return { ...item, found: 'does not answer', verdict: 'note', advice };
}

const ENGINES = ['claude', 'codex', 'gemini', 'opencode', 'aider', 'ollama'];

function engines({ tools }: HostFacts): PreflightItem {
  const found = tools.filter(({ name }) => ENGINES.includes(name));
  const item = { name: 'Engines', wanted: 'Claude Code, or a command of your own' };
  const shown = found.map(({ name, version }) => `${name} ${version}`).join(', ');
  if (found.length > 0) return { ...item, found: shown, verdict: 'good', advice: '' };
  const advice =
    'Install Claude Code there and sign in once (npm install -g @anthropic-ai/claude-code), or give tasks a command as their engine.';
  return { ...item, found: 'none', verdict: 'note', advice };
}

const PACKAGES: readonly (readonly [RegExp, string])[] = [
  [/debian|ubuntu|mint|raspbian|pop/, 'apt install'],
  [/fedora|rhel|centos|rocky|alma|amzn/, 'dnf install'],
  [/arch|manjaro/, 'pacman -S'],
  [/suse/, 'zypper install'],
  [/macos/, 'brew install'],
];

function installOf({ os }: HostFacts, program: string): string {
  const [, command] = PACKAGES.find(([family]) => family.test(os.id)) ?? [];
  const name = { node: 'nodejs' }[program] ?? program;
  return command === undefined ? `the package ${name}` : `${command} ${name}`;
}

function isAtLeast(version: string, [major, minor]: readonly [number, number]): boolean {
  const [, x, y = '0'] = /(\d+)(?:\.(\d+))?/.exec(version) ?? [];
  if (x === undefined) return false;
  return Number(x) > major || (Number(x) === major && Number(y) >= minor);
}
