/**
 * Every operation of the API, once. REST, the command line and the renderer are adapters over this list;
 * what is not here cannot be asked for.
 */
import { z } from 'zod';
import { Agent, Vitals } from './domain/agent.ts';
import { Attempt } from './domain/attempt.ts';
import { EngineChoice } from './domain/engine.ts';
import { StoredEvent } from './domain/event.ts';
import { TaskSize } from './domain/analysis.ts';
import { Need } from './domain/need.ts';
import { SecurityLevel } from './domain/security.ts';
import { Specialty } from './domain/specialty.ts';
import { ConcurrencyKey, NewTask, Priority, Task, TaskState, UpstreamRule } from './domain/task.ts';
import { ConsoleId } from './console.ts';
import { ACCESS_OPERATIONS } from './contract-access.ts';
import { ACCOUNT_OPERATIONS } from './contract-accounts.ts';
import { ATTEMPT_OPERATIONS } from './contract-attempts.ts';
import { REVIEW_OPERATIONS } from './contract-review.ts';
import { CONSOLE_OPERATIONS } from './contract-consoles.ts';
import { EMERGENCY_OPERATIONS } from './contract-emergency.ts';
import { EXPLAIN_OPERATIONS } from './contract-explain.ts';
import { AGENT_OPERATIONS } from './contract-agents.ts';
import { AUDIT_OPERATIONS } from './contract-audit.ts';
import { GITHUB_ISSUE_OPERATIONS } from './contract-github-issues.ts';
import { GITHUB_OPERATIONS } from './contract-github.ts';
import { GITHUB_SYNC_OPERATIONS } from './contract-github-sync.ts';
import { HOST_OPERATIONS } from './contract-hosts.ts';
import { IMPORT_OPERATIONS } from './contract-import.ts';
import { QUEUE_OPERATIONS } from './contract-queue.ts';
import { SITE_OPERATIONS } from './contract-sites.ts';
import { MAKING_OPERATIONS } from './contract-making.ts';
import { SEARCH_OPERATIONS } from './contract-search.ts';
import { SETTINGS_OPERATIONS } from './contract-settings.ts';
import { TERMINAL_OPERATIONS } from './contract-terminal.ts';
import { USAGE_OPERATIONS } from './contract-usage.ts';
import { WORKFLOW_OPERATIONS } from './contract-workflows.ts';
import { AgentId, AttemptId, TaskId } from './ids.ts';
import { operation } from './operation.ts';
import { Snapshot } from './protocol/client.ts';
import { line, paragraphs } from './text.ts';
import { Audit, Backup } from './upkeep.ts';

// Query strings carry numbers as text; bodies carry numbers. One coercion serves both.
const limit = z.coerce.number().int().min(1).max(500).default(100);
const cursor = z.string().max(200).optional();
const byTask = z.strictObject({ id: TaskId });
const byAgent = z.strictObject({ id: AgentId });

/** What this PC offers a newcomer on the start screen. */
export const StartInfo = z.strictObject({
  /** Of the coordinator's program. */
  version: z.string(),
  build: z.string(),
  dataDir: z.string(),
  engines: z.array(
    z.strictObject({
      kind: z.string(),
      ready: z.boolean(),
      version: z.string().nullable(),
      why: z.string().nullable(),
    }),
  ),
});
export type StartInfo = z.infer<typeof StartInfo>;

export const OPERATIONS = {
  'tasks.list': operation({
    method: 'GET',
    path: '/api/v1/tasks',
    summary: 'Tasks, newest first',
    permission: 'read',
    status: 200,
    input: z.strictObject({
      limit,
      cursor,
      state: TaskState.optional(),
      batch: line(100).optional(),
      q: z.string().max(200).optional(),
    }),
    output: z.strictObject({ tasks: z.array(Task), nextCursor: z.string().nullable() }),
  }),
  'tasks.create': operation({
    method: 'POST',
    path: '/api/v1/tasks',
    summary: 'Create a task; answered when it is durable',
    permission: 'operate',
    status: 201,
    input: NewTask,
    output: Task,
  }),
  'tasks.get': operation({
    method: 'GET',
    path: '/api/v1/tasks/{id}',
    summary: 'One task',
    permission: 'read',
    status: 200,
    input: byTask,
    output: Task,
  }),
  'tasks.update': operation({
    method: 'PUT',
    path: '/api/v1/tasks/{id}',
    summary: 'Change a task that no agent holds, and put right what was found of it',
    permission: 'operate',
    status: 200,
    input: z.strictObject({
      id: TaskId,
      title: line(500).optional(),
      body: paragraphs(200_000).optional(),
      priority: Priority.optional(),
      engine: EngineChoice.optional(),
      localOnly: z.boolean().optional(),
      needs: z.array(Need).max(20).optional(),
      specialty: Specialty.optional(),
      security: SecurityLevel.optional(),
      /** `null`: anywhere. */
      location: line(100).nullable().optional(),
      concurrency: z.array(ConcurrencyKey).max(5).optional(),
      after: z.array(TaskId).max(100).optional(),
      upstream: UpstreamRule.optional(),
      analysis: z
        .strictObject({
          size: TaskSize.optional(),
          /** Of one attempt, in ms and in US dollars; `null`: nobody knows. */
          durationMs: z.number().min(0).nullable().optional(),
          costUsd: z.number().min(0).nullable().optional(),
        })
        .optional(),
    }),
    output: Task,
  }),
  'tasks.delete': operation({
    method: 'DELETE',
    path: '/api/v1/tasks/{id}',
    summary: 'Cancel a task (the log keeps it)',
    permission: 'operate',
    status: 200,
    input: byTask,
    output: Task,
  }),
  'tasks.events': operation({
    method: 'GET',
    path: '/api/v1/tasks/{id}/events',
    summary: 'The timeline of a task',
    permission: 'read',
    status: 200,
    input: z.strictObject({ id: TaskId, after: z.coerce.number().int().min(0).default(0), limit }),
    output: z.strictObject({ events: z.array(StoredEvent), nextAfter: z.int().nullable() }),
  }),
  'tasks.attempts': operation({
    method: 'GET',
    path: '/api/v1/tasks/{id}/attempts',
    summary: 'All attempts of a task, oldest first',
    permission: 'read',
    status: 200,
    input: byTask,
    output: z.strictObject({ attempts: z.array(Attempt) }),
  }),
  'tasks.terminal': operation({
    method: 'GET',
    path: '/api/v1/tasks/{id}/terminal',
    summary:
      'The recording of an attempt (the newest by default) or take-over: asciicast v3, or text',
    permission: 'read',
    status: 200,
    input: z.strictObject({
      id: TaskId,
      attempt: AttemptId.optional(),
      stream: z.enum(['terminal', 'transcript']).default('terminal'),
      /** Of a take-over of it, in place of its terminal. */
      takeOver: ConsoleId.optional(),
      /** `bytes`: what was printed, as it was. */
      format: z.enum(['cast', 'text', 'bytes']).default('cast'),
    }),
    output: z.string(),
  }),
  'tasks.cancel': operation({
    method: 'POST',
    path: '/api/v1/tasks/{id}/cancel',
    summary: 'Cancel a task and stop what runs for it',
    permission: 'operate',
    status: 200,
    input: z.strictObject({ id: TaskId, reason: line(500).default('cancelled by hand') }),
    output: Task,
  }),
  'tasks.retry': operation({
    method: 'POST',
    path: '/api/v1/tasks/{id}/retry',
    summary: 'Queue a failed task again',
    permission: 'operate',
    status: 200,
    input: byTask,
    output: Task,
  }),
  'agents.list': operation({
    method: 'GET',
    path: '/api/v1/agents',
    summary: 'All agents with their load',
    permission: 'read',
    status: 200,
    input: z.strictObject({}),
    output: z.strictObject({
      agents: z.array(z.strictObject({ agent: Agent, vitals: Vitals.nullable() })),
    }),
  }),
  'agents.get': operation({
    method: 'GET',
    path: '/api/v1/agents/{id}',
    summary: 'One agent with its load',
    permission: 'read',
    status: 200,
    input: byAgent,
    output: z.strictObject({ agent: Agent, vitals: Vitals.nullable() }),
  }),
  'agents.tasks': operation({
    method: 'GET',
    path: '/api/v1/agents/{id}/tasks',
    summary: 'The tasks an agent holds now',
    permission: 'read',
    status: 200,
    input: byAgent,
    output: z.strictObject({ tasks: z.array(Task) }),
  }),
  'agents.drain': operation({
    method: 'POST',
    path: '/api/v1/agents/{id}/drain',
    summary: 'Give the agent no new work',
    permission: 'admin',
    status: 200,
    input: byAgent,
    output: Agent,
  }),
  'agents.resume': operation({
    method: 'POST',
    path: '/api/v1/agents/{id}/resume',
    summary: 'Let a drained agent work again',
    permission: 'admin',
    status: 200,
    input: byAgent,
    output: Agent,
  }),
  'agents.wake': operation({
    method: 'POST',
    path: '/api/v1/agents/{id}/wake',
    summary: 'End the rest of the agent, and wake its PC where its hardware address is known',
    permission: 'admin',
    status: 200,
    input: byAgent,
    output: Agent,
  }),
  'agents.rest': operation({
    method: 'POST',
    path: '/api/v1/agents/{id}/rest',
    summary: 'Give the agent no new work, and let its PC sleep when what it holds is done',
    permission: 'admin',
    status: 200,
    input: byAgent,
    output: Agent,
  }),
  'agents.delete': operation({
    method: 'DELETE',
    path: '/api/v1/agents/{id}',
    summary: 'Forget an agent that holds no work',
    permission: 'admin',
    status: 200,
    input: byAgent,
    output: z.strictObject({ removed: AgentId }),
  }),
  ...REVIEW_OPERATIONS,
  ...ATTEMPT_OPERATIONS,
  ...EXPLAIN_OPERATIONS,
  ...ACCESS_OPERATIONS,
  ...ACCOUNT_OPERATIONS,
  ...AGENT_OPERATIONS,
  ...HOST_OPERATIONS,
  ...GITHUB_OPERATIONS,
  ...GITHUB_SYNC_OPERATIONS,
  ...GITHUB_ISSUE_OPERATIONS,
  ...IMPORT_OPERATIONS,
  ...MAKING_OPERATIONS,
  ...WORKFLOW_OPERATIONS,
  ...CONSOLE_OPERATIONS,
  ...EMERGENCY_OPERATIONS,
  ...TERMINAL_OPERATIONS,
  ...SETTINGS_OPERATIONS,
  ...AUDIT_OPERATIONS,
  ...USAGE_OPERATIONS,
  ...SEARCH_OPERATIONS,
  ...QUEUE_OPERATIONS,
  ...SITE_OPERATIONS,
  'events.list': operation({
    method: 'GET',
    path: '/api/v1/events',
    summary: 'The log after a sequence number',
    permission: 'read',
    status: 200,
    input: z.strictObject({ after: z.coerce.number().int().min(0).default(0), limit }),
    output: z.strictObject({ events: z.array(StoredEvent), nextAfter: z.int().nullable() }),
  }),
  'snapshot.get': operation({
    method: 'GET',
    path: '/api/v1/snapshot',
    summary: 'The live state, to fold events into',
    permission: 'read',
    status: 200,
    input: z.strictObject({}),
    output: Snapshot,
  }),
  'backups.list': operation({
    method: 'GET',
    path: '/api/v1/backups',
    summary: 'All backups, newest first, and when they are made',
    permission: 'read',
    status: 200,
    input: z.strictObject({}),
    output: z.strictObject({
      backups: z.array(Backup),
      /** The folder they lie in. */
      dir: z.string(),
      /** Made every so many hours when something changed; 0: never by itself. */
      everyHours: z.number().min(0),
      /** So many are kept. */
      keep: z.int().min(1),
      /** Why the last one could not be made; `null` when it was. */
      problem: z.string().nullable(),
    }),
  }),
  'backups.create': operation({
    method: 'POST',
    path: '/api/v1/backups',
    summary: 'Make a backup now; answered when it is checked and on disk',
    permission: 'admin',
    status: 201,
    input: z.strictObject({}),
    output: Backup,
  }),
  'audit.verify': operation({
    method: 'POST',
    path: '/api/v1/audit',
    summary: 'Check the whole log and every table against it, unless that is under way',
    permission: 'admin',
    status: 202,
    input: z.strictObject({}),
    output: Audit,
  }),
  'audit.get': operation({
    method: 'GET',
    path: '/api/v1/audit',
    summary: 'How far the check is, or how the last one ended',
    permission: 'read',
    status: 200,
    input: z.strictObject({}),
    output: Audit,
  }),
  'start.get': operation({
    method: 'GET',
    path: '/api/v1/start',
    summary: 'What this PC offers a newcomer',
    permission: 'read',
    status: 200,
    input: z.strictObject({}),
    output: StartInfo,
  }),
} as const;

export type OperationName = keyof typeof OPERATIONS;
/** What a caller gives: defaults may be left out. */
export type InputOf<N extends OperationName> = z.input<(typeof OPERATIONS)[N]['input']>;
/** What a handler gets: validated, defaults filled in. */
export type ParsedInputOf<N extends OperationName> = z.output<(typeof OPERATIONS)[N]['input']>;
export type OutputOf<N extends OperationName> = z.output<(typeof OPERATIONS)[N]['output']>;
