/**
 * What a coordinator tells a host over SSH, and what the host answers: `koubou agent host install|uninstall|stop|status`
 * read one order per line of JSON on standard input, and print answers the same way.
 *
 *   install order                → progress… , request     (the host made its key; nothing of it leaves the host)
 *   certificate order            → progress… , installed   (in the same process, or in the next one)
 *   uninstall order              → progress… , uninstalled
 *
 * Each ends with an answer of its own or with `error`. Unknown fields are passed over, so that a coordinator and the
 * executable that it uploaded need not be of one build.
 */
import { z } from 'zod';
import { Specialty } from '../../shared/domain/specialty.ts';
import { OwnAgentId } from '../../shared/ids.ts';
import { BuildId, HomeFolder, Scope } from './home.ts';
import { ServiceKind } from './services/service.ts';

/** The workshop that an agent belongs to: `id` never changes, `name` is for people. */
export const Owner = z.object({ id: z.string().min(1).max(100), name: z.string().max(200) });
export type Owner = z.infer<typeof Owner>;

/** What the agent is to work as; becomes its `config.json`. */
export const AgentOrders = z.object({
  coordinator: z.url({ protocol: /^https$/ }),
  agentId: OwnAgentId,
  name: z.string().trim().min(1).max(100),
  slots: z.int().min(1).max(1_000),
  specialties: z.array(Specialty).default([]),
  labels: z.array(z.string().min(1).max(64)).max(50).default([]),
});
export type AgentOrders = z.infer<typeof AgentOrders>;

export const InstallOrder = z.object({
  type: z.literal('install'),
  home: HomeFolder,
  /** Is whole in the home already (`valid.json`). */
  build: BuildId,
  scope: Scope,
  owner: Owner,
  config: AgentOrders,
  /** Folders on the way to the home that were made for it: they go again with it, when nothing else is in them. */
  folders: z.array(HomeFolder).max(20).default([]),
});
export type InstallOrder = z.infer<typeof InstallOrder>;

export const CertificateOrder = z.object({
  type: z.literal('certificate'),
  home: HomeFolder,
  owner: Owner,
  /** PEM. */
  certificate: z.string().min(1).max(16_384),
  /** PEM: the workshop's own authority. */
  authority: z.string().min(1).max(16_384),
  /** Where the workshop gave the agent another name than it was asked for. */
  config: AgentOrders.optional(),
});
export type CertificateOrder = z.infer<typeof CertificateOrder>;

export const UninstallOrder = z.object({
  type: z.literal('uninstall'),
  home: HomeFolder,
  /** `null`: whoever it belongs to. */
  owner: Owner.nullable(),
  /** Removes work that nobody else has, too. */
  force: z.boolean().default(false),
});
export type UninstallOrder = z.infer<typeof UninstallOrder>;

export const HomeOrder = z.object({
  type: z.enum(['stop', 'status', 'kept_work']),
  home: HomeFolder,
});
export type HomeOrder = z.infer<typeof HomeOrder>;

export const Order = z.discriminatedUnion('type', [
  InstallOrder,
  CertificateOrder,
  UninstallOrder,
  HomeOrder,
]);
export type Order = z.infer<typeof Order>;

/** Work on this host that nobody else has. */
export const KeptWork = z.object({
  /** The folder, or the attempt. */
  what: z.string(),
  why: z.string(),
});
export type KeptWork = z.infer<typeof KeptWork>;

export const HostErrorCode = z.enum([
  /** The order cannot be read, or does not fit what is here. */
  'bad_order',
  /** Somebody else installs or removes here right now. */
  'host_busy',
  /** The agent here belongs to another workshop. */
  'owned_by_another',
  /** The executable is not whole. */
  'build_not_valid',
  /** The build failed on this host before. */
  'build_refused',
  /** A system installation without root. */
  'needs_root',
  'service_failed',
  /** Unpushed work is here; with `force` it is removed. */
  'work_kept',
  'disk_full',
  'failed',
]);
export type HostErrorCode = z.infer<typeof HostErrorCode>;

export const Left = z.object({
  /** Paths that belonged to the agent and are still there. */
  files: z.array(z.string()),
  /** `pid command` of what still runs. */
  processes: z.array(z.string()),
  /** Units, tasks, crontab lines and users. */
  units: z.array(z.string()),
});
export type Left = z.infer<typeof Left>;

export const HostAnswer = z.discriminatedUnion('type', [
  z.object({ type: z.literal('progress'), message: z.string() }),
  z.object({
    type: z.literal('request'),
    /** PEM, signed with the key of this host. */
    request: z.string(),
  }),
  z.object({
    type: z.literal('installed'),
    build: z.string(),
    service: ServiceKind,
    /** What a person should know or do. */
    note: z.string().nullable(),
    /** False: all of it was there already and runs. */
    changed: z.boolean(),
  }),
  z.object({ type: z.literal('uninstalled'), removed: z.array(z.string()), left: Left }),
  z.object({ type: z.literal('stopped') }),
  z.object({
    type: z.literal('status'),
    owner: Owner.nullable(),
    build: z.string().nullable(),
    service: ServiceKind.nullable(),
    installed: z.boolean(),
    running: z.boolean(),
    detail: z.string(),
  }),
  z.object({ type: z.literal('kept_work'), kept: z.array(KeptWork) }),
  z.object({
    type: z.literal('error'),
    code: HostErrorCode,
    message: z.string(),
    kept: z.array(KeptWork).optional(),
  }),
]);
export type HostAnswer = z.infer<typeof HostAnswer>;

/** An order that is not carried out: answered as `error`. */
export class HostError extends Error {
  override readonly name = 'HostError';
  readonly code: HostErrorCode;
  readonly kept: readonly KeptWork[];
  constructor(code: HostErrorCode, message: string, kept: readonly KeptWork[] = []) {
    super(message);
    this.code = code;
    this.kept = kept;
  }
}
