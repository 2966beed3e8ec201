/** The part of the contract that is about looking into the log: newest first, with filters, single events, and as a file. */
import { z } from 'zod';
import { Event, StoredEvent } from './domain/event.ts';
import { AgentId, TaskId } from './ids.ts';
import { operation } from './operation.ts';

/** What an event is about: the part of its type before the dot. */
export const EVENT_KINDS = ['task', 'attempt', 'agent', 'queue', 'workshop'] as const;

const time = z.coerce.number().min(0).max(8_640_000_000_000_000);
const seq = z.coerce.number().int().min(0);

/** All that are given must hold. */
const filter = {
  kind: z.enum(EVENT_KINDS).optional(),
  /** One type of event, as `task.created`. */
  type: z.enum(Event.options.map((option) => option.shape.type.value)).optional(),
  task: TaskId.optional(),
  /** Events about the agent, and those it caused. */
  agent: AgentId.optional(),
  /** Who caused it, exactly: `user`, `agent:local-1`, `scheduler`. */
  actor: z.string().min(1).max(200).optional(),
  /** Not before and not after these times (epoch ms), by the clock that events are stamped with. */
  since: time.optional(),
  until: time.optional(),
  /** A text anywhere in the event's JSON; capitals and small letters of English are the same. */
  q: z.string().max(200).optional(),
};
const AuditFilter = z.strictObject(filter);
export type AuditFilter = z.infer<typeof AuditFilter>;

export const AUDIT_OPERATIONS = {
  'audit.list': operation({
    method: 'GET',
    path: '/api/v1/audit/events',
    summary: 'The log backwards: events that fit a filter, newest first',
    permission: 'read',
    status: 200,
    input: AuditFilter.extend({
      /** Only events with a smaller number: `nextBefore` of the page before. */
      before: seq.optional(),
      /** Only events with a larger number. */
      after: seq.default(0),
      limit: z.coerce.number().int().min(1).max(500).default(100),
    }),
    output: z.strictObject({
      events: z.array(StoredEvent),
      /** To go on with. There may be more though the page is not full: one answer looks only so far. `null`: that was all. */
      nextBefore: z.int().nullable(),
      /** The time of the oldest event that was looked at; `null`: there was none. */
      lookedTo: z.number().nullable(),
    }),
  }),
  'audit.event': operation({
    method: 'GET',
    path: '/api/v1/audit/events/{id}',
    summary: 'One event as it stands in the log, with its hash and the one before it',
    permission: 'read',
    status: 200,
    input: z.strictObject({
      /** Its number in the log. */
      id: z.coerce.number().int().min(1),
    }),
    output: z.strictObject({
      event: StoredEvent,
      /** The stored JSON: exactly this is in the hash. */
      body: z.string(),
      hash: z.string(),
      /** 64 zeros before the first. */
      previous: z.string(),
    }),
  }),
  'audit.export': operation({
    method: 'GET',
    path: '/api/v1/audit/export',
    summary: 'Events that fit a filter, oldest last, one JSON object with its hash a line',
    permission: 'read',
    status: 200,
    input: AuditFilter,
    output: z.string(),
  }),
} as const;
