/** What a probe found out about a host. */
import type { Tool } from '../../../../shared/domain/agent.ts';
import { PLATFORMS, type Platform } from '../../../../shared/platform.ts';

export type ServiceKind =
  | 'systemd-system'
  | 'systemd-user'
  | 'openrc'
  | 'runit'
  | 'launchd'
  | 'windows'
  | 'cron';

/** A folder that an agent could live in, or lives in. */
export interface Place {
  readonly kind: 'known' | 'user' | 'system' | 'other';
  readonly path: string;
  /** `null`: could not be found out. */
  readonly freeBytes: number | null;
  readonly totalBytes: number | null;
  /** `full`: the user may write, and there is no room for a single file. */
  readonly writes: 'yes' | 'no' | 'full';
  /** Programs may run there: tried with a tiny one. */
  readonly runs: 'yes' | 'no' | 'unknown';
  /** What of Koubou is there; `null`: nothing. */
  readonly content: PlaceContent | null;
}

export interface PlaceContent {
  /** User that the folder belongs to. */
  readonly owner: string;
  /** The text of its `manifest.json`, `null` when it cannot be read. */
  readonly manifest: string | null;
  /** Build that `current` points to. */
  readonly current: string | null;
  readonly valid: readonly {
    readonly build: string;
    readonly size: number;
    /** The text of its `valid.json`. */
    readonly validity: string;
  }[];
  /** Uploads that were cut short: bytes that are there already. */
  readonly partial: readonly { readonly build: string; readonly size: number }[];
}

export interface HostFacts {
  /** `Linux`, `Darwin`, `Windows`, or whatever else it calls itself. */
  readonly kernel: string;
  readonly release: string;
  /** As the kernel calls it: `x86_64`, `aarch64`. */
  readonly machine: string;
  readonly os: { readonly id: string; readonly version: string; readonly name: string };
  readonly hostname: string;
  readonly user: string;
  readonly isRoot: boolean;
  readonly shell: string;
  readonly homeDir: string;
  readonly libc: { readonly kind: 'glibc' | 'musl' | 'other'; readonly version: string };
  readonly cpus: number | null;
  readonly memoryBytes: number | null;
  readonly places: readonly Place[];
  readonly services: readonly { readonly kind: ServiceKind; readonly state: string }[];
  /** User services run without anybody signed in; `may`: this user may switch that on. */
  readonly linger: 'yes' | 'may' | 'no';
  readonly sudo: 'root' | 'nopasswd' | 'asks' | 'none';
  readonly tools: readonly Tool[];
  /** `null`: no Docker. Else what its daemon answered. */
  readonly docker: { readonly ready: boolean; readonly said: string } | null;
  readonly firewalls: readonly string[];
  /** Its clock when the probe began, epoch ms. */
  readonly clockMs: number | null;
  readonly clockIsKept: boolean | null;
  readonly names: 'yes' | 'no' | 'unknown';
  /** Addresses of the coordinator that were tried from there. */
  readonly reaches: readonly {
    readonly host: string;
    readonly port: number;
    readonly answer: 'yes' | 'no' | 'unknown';
  }[];
  /** Hardware address of the network card that the connection came in by. */
  readonly hardwareAddress: string | null;
  /** Bytes in a second: SHA-256 on one core, copying in memory, writing to the disk of the home folder. */
  readonly speeds: {
    readonly cpu: number | null;
    readonly memory: number | null;
    readonly disk: number | null;
  };
}

const SYSTEMS: Readonly<Record<string, string>> = {
  Linux: 'linux',
  Darwin: 'darwin',
  Windows: 'win',
};
const MACHINES: Readonly<Record<string, string>> = {
  x86_64: 'x64',
  amd64: 'x64',
  aarch64: 'arm64',
  arm64: 'arm64',
};
/** `null`: there is no executable for such a machine. */
export function platformOf({
  kernel,
  machine,
}: Pick<HostFacts, 'kernel' | 'machine'>): Platform | null {
  const name = `${SYSTEMS[kernel] ?? ''}-${MACHINES[machine.toLowerCase()] ?? ''}`;
  return PLATFORMS.find((platform) => platform === name) ?? null;
}
