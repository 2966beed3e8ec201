/**
 * Messages between the coordinator and a client (renderer, `koubou watch`) over `/ws`. The client opens
 * with `subscribe`; live state is the snapshot plus the events after it, folded with `apply`.
 * Terminal bytes come as the binary frames of `output.ts`, at most OUTPUT_WINDOW ahead of the
 * acknowledgement; a watcher that does not acknowledge is simply not sent more.
 */
import { z } from 'zod';
import { Agent, Vitals } from '../domain/agent.ts';
import { Attempt } from '../domain/attempt.ts';
import { Condition } from '../domain/condition.ts';
import { StoredEvent } from '../domain/event.ts';
import { Recurring } from '../domain/recurring.ts';
import { Workshop } from '../domain/state.ts';
import { Task } from '../domain/task.ts';
import { Rejection } from '../errors.ts';
import { AgentId, AttemptId } from '../ids.ts';
import { Provisioning } from '../provisioning.ts';
import { Rollout } from '../rollout.ts';
import { CONSOLE_FROM_CLIENT, CONSOLE_TO_CLIENT } from './console.ts';

const offset = z.int().min(0);
const stream = z.enum(['terminal', 'transcript']);

export const FromClient = z.discriminatedUnion('type', [
  /** Without `after`: a snapshot first. With it: the events after that sequence number, if kept. */
  z.strictObject({ type: z.literal('subscribe'), after: z.int().min(0).optional() }),
  z.strictObject({ type: z.literal('output_open'), attemptId: AttemptId, stream, from: offset }),
  z.strictObject({ type: z.literal('output_ack'), attemptId: AttemptId, stream, offset }),
  z.strictObject({ type: z.literal('output_close'), attemptId: AttemptId, stream }),
  ...CONSOLE_FROM_CLIENT,
]);
export type FromClient = z.infer<typeof FromClient>;

/** Live tasks, their newest attempts, the latest ended tasks, all agents and recurring tasks. */
export const Snapshot = z.strictObject({
  seq: z.int().min(0),
  tasks: z.array(Task),
  attempts: z.array(Attempt),
  agents: z.array(Agent),
  recurring: z.array(Recurring),
  workshop: Workshop,
  /** Tasks per state in the whole workshop, those not in the snapshot included. */
  counts: z.record(z.string(), z.int().min(0)),
});
export type Snapshot = z.infer<typeof Snapshot>;

/** Entries of the snapshot that follows, which a large workshop sends ahead of it so that no message is large. */
export const SnapshotPart = z.strictObject({
  type: z.literal('snapshot_part'),
  ...Snapshot.pick({ tasks: true, attempts: true, agents: true }).shape,
});
export type SnapshotPart = z.infer<typeof SnapshotPart>;

/** How busy machines are, as of now. */
export const VitalsMessage = z.strictObject({
  type: z.literal('vitals'),
  vitals: z.array(z.strictObject({ agentId: AgentId, vitals: Vitals })),
});

export const ToClient = z.discriminatedUnion('type', [
  SnapshotPart,
  z.strictObject({ type: z.literal('snapshot'), snapshot: Snapshot }),
  z.strictObject({ type: z.literal('events'), events: z.array(StoredEvent) }),
  VitalsMessage,
  /** The coordinator's own troubles: what lasts now, after a subscription and with every change. */
  z.strictObject({ type: z.literal('conditions'), conditions: z.array(Condition).max(20) }),
  /** One that changed; after a subscription all of them. */
  z.strictObject({ type: z.literal('provisioning'), provisioning: Provisioning }),
  z.strictObject({ type: z.literal('rollout'), rollout: Rollout }),
  /** The recording is whole: nothing will follow `offset`. */
  z.strictObject({ type: z.literal('output_end'), attemptId: AttemptId, stream, offset }),
  z.strictObject({ type: z.literal('error'), error: Rejection }),
  ...CONSOLE_TO_CLIENT,
]);
export type ToClient = z.infer<typeof ToClient>;
