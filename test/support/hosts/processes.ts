/** Processes of a host, as this PC's /proc shows them. Of processes that end while we look nothing is told. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

export interface HostProcess {
  /** As the host counts. */
  readonly pid: number;
  readonly uid: number;
  /** The command line, words joined by spaces. */
  readonly command: string;
}

export function childrenOf(pid: number): number[] {
  return numbers(read(`/proc/${pid}/task/${pid}/children`));
}

/** The first process of the namespace that a child of `pid` made, some generations down; `null` while there is none. */
export function firstProcessBelow(pid: number, depth: number): number | null {
  for (const child of childrenOf(pid)) {
    const ids = numbers(field(child, 'NSpid'));
    if (ids.length > depth && ids.at(-1) === 1) return child;
    const found = firstProcessBelow(child, depth);
    if (found !== null) return found;
  }
  return null;
}

/** In how many process namespaces, one in the other, `pid` is. */
export function depthOf(pid: number): number {
  return numbers(field(pid, 'NSpid')).length;
}

/** All of the namespace whose first process is `first`, but for what the kernel still has of the dead. */
export function processesWith(first: number): HostProcess[] {
  const space = namespaceOf(first, 'pid');
  if (space === null) return [];
  return everyProcess()
    .filter((pid) => namespaceOf(pid, 'pid') === space && !/^[ZX]/.test(field(pid, 'State')))
    .map((pid) => ({
      pid: numbers(field(pid, 'NSpid')).at(-1) ?? 0,
      uid: numbers(field(pid, 'Uid'))[0] ?? 0,
      command: read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim(),
    }))
    .filter(({ command }) => command !== '');
}

/** The kernel's names of the namespaces of a process, as in `net:[4026531833]`. */
export function namespacesOf(pid: number): string[] {
  return KINDS.map((kind) => namespaceOf(pid, kind)).filter((name) => name !== null);
}

const KINDS = ['pid', 'net', 'mnt'] as const;

/** Which processes of this PC are in one of the namespaces with these names. */
export function processesIn(namespaces: readonly string[]): number[] {
  return everyProcess().filter((pid) =>
    namespacesOf(pid).some((name) => namespaces.includes(name)),
  );
}

/** Whether something listens on a port in the network of `pid`. */
export function listens(pid: number, port: number): boolean {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return read(`/proc/${pid}/net/tcp`)
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .some(([, local = '', , state]) => local.endsWith(suffix) && state === '0A');
}

function namespaceOf(pid: number, kind: 'pid' | 'net' | 'mnt'): string | null {
  try {
    return readlinkSync(`/proc/${pid}/ns/${kind}`);
  } catch {
    return null; // It has ended.
  }
}

function everyProcess(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

function field(pid: number, name: string): string {
  return new RegExp(`^${name}:\\s*(.*)$`, 'm').exec(read(`/proc/${pid}/status`))?.[1] ?? '';
}

function numbers(text: string): number[] {
  return text.split(/\s+/).filter(Boolean).map(Number);
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return ''; // It has ended.
  }
}
