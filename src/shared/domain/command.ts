/**
 * Everything that can be asked of the workshop. A command is a typed value: whoever builds one has
 * validated its input at the edge where it came in. `decide` answers it with events or a refusal.
 */
import type { AccessId, Role } from '../access.ts';
import type { ConsoleId } from '../console.ts';
import type { AgentId, AttemptId, RecurringId, SiteId, TaskId } from '../ids.ts';
import type { ModelCall } from '../models.ts';
import type { AgentProfile, AgentUpdate, Capabilities, Enrolment } from './agent.ts';
import type { Attempt, AttemptReport, PassedCount, PlacementReason } from './attempt.ts';
import type { Condition } from './condition.ts';
import type { EngineChoice, EngineSpec } from './engine.ts';
import type { Origin } from './origin.ts';
import type { PullRequest } from './pull.ts';
import type { IssueSource } from './source.ts';
import type { QueueScope, StopHow } from './state.ts';
import type { ReviewComment } from './review-comment.ts';
import type { Merge, Priority, RepoRef, Task, UpstreamRule, TaskState } from './task.ts';
import type { TaskAnalysis, TaskSize } from './analysis.ts';
import type { EventOf } from './event.ts';
import type { Recurring, TaskPattern } from './recurring.ts';
import type { SecurityLevel } from './security.ts';
import type { Specialty } from './specialty.ts';

export type Command =
  | {
      readonly type: 'task.create';
      readonly title: string;
      readonly body: string;
      readonly repo: RepoRef;
      readonly priority: Priority;
      readonly engine: EngineChoice;
      readonly localOnly?: boolean | undefined;
      readonly needs: string[];
      readonly after: TaskId[];
      readonly at: number | null;
      readonly origin?: Origin | undefined;
      readonly source?: IssueSource | undefined;
      readonly blockers?: Origin[] | undefined;
      /** Also while a task of the same origin is open. */
      readonly again?: boolean | undefined;
      readonly specialty?: Specialty | undefined;
      readonly security?: SecurityLevel | undefined;
      readonly location?: string | undefined;
      readonly concurrency?: string[] | undefined;
      readonly upstream?: UpstreamRule | undefined;
      readonly batch?: string | undefined;
      /** The agent whose own API it came through; none: a person's. */
      readonly orderedBy?: AgentId | undefined;
    }
  | {
      readonly type: 'task.update';
      readonly taskId: TaskId;
      readonly title?: string | undefined;
      readonly body?: string | undefined;
      readonly priority?: Priority | undefined;
      readonly engine?: EngineChoice | undefined;
      readonly localOnly?: boolean | undefined;
      readonly needs?: string[] | undefined;
      readonly specialty?: Specialty | undefined;
      readonly after?: TaskId[] | undefined;
      readonly security?: SecurityLevel | undefined;
      /** `null`: anywhere. */
      readonly location?: string | null | undefined;
      readonly concurrency?: string[] | undefined;
      readonly upstream?: UpstreamRule | undefined;
      /** Fields of the analysis that a person put right. */
      readonly analysis?: AnalysisByHand | undefined;
    }
  /** How the issue it was made from stands at its forge. */
  | { readonly type: 'task.source_seen'; readonly taskId: TaskId; readonly source: IssueSource }
  /** Of the issues it waits for, those that are still open. */
  | { readonly type: 'task.blockers_seen'; readonly taskId: TaskId; readonly blockers: Origin[] }
  /** How its pull request stands at its forge. */
  | { readonly type: 'task.pull_seen'; readonly taskId: TaskId; readonly pull: PullRequest }
  | {
      readonly type: 'task.analyse';
      readonly taskId: TaskId;
      readonly specialty: Specialty;
      readonly analysis?: TaskAnalysis | undefined;
      readonly concurrency?: string[] | undefined;
    }
  /** Its time came: a scheduled task, or a failed one whose pause is over. */
  | { readonly type: 'task.due'; readonly taskId: TaskId }
  /** All tasks it waited for are completed. */
  | { readonly type: 'task.unblock'; readonly taskId: TaskId }
  | {
      readonly type: 'task.assign';
      readonly taskId: TaskId;
      readonly agentId: AgentId;
      readonly reasons: PlacementReason[];
      readonly passed?: PassedCount[] | undefined;
      /** What works on it, where the task leaves the choice open; else left out. */
      readonly engine?: EngineSpec | undefined;
      /** The fencing number, where a shared queue gives them out. */
      readonly fence?: number | undefined;
    }
  | {
      readonly type: 'task.cancel';
      readonly taskId: TaskId;
      readonly reason: string;
      /** Left alone where it is in another state meanwhile. */
      readonly onlyIn?: readonly TaskState[] | undefined;
      /** As with `task.create`. */
      readonly orderedBy?: AgentId | undefined;
    }
  /** All at once, but for those that cannot be cancelled: they stay as they are. */
  | {
      readonly type: 'task.cancel_all';
      readonly taskIds: readonly TaskId[];
      readonly reason: string;
    }
  | { readonly type: 'task.retry'; readonly taskId: TaskId }
  | { readonly type: 'task.approve'; readonly taskId: TaskId }
  | {
      readonly type: 'task.send_back';
      readonly taskId: TaskId;
      readonly comment: string;
      readonly comments?: readonly ReviewComment[] | undefined;
    }
  | { readonly type: 'task.reject'; readonly taskId: TaskId; readonly comment: string }
  /** The forge carried out, or refused, an approval. */
  | {
      readonly type: 'task.merge_result';
      readonly taskId: TaskId;
      readonly merge: Extract<Merge, { state: 'merged' | 'refused' }>;
    }
  | {
      readonly type: 'attempt.report';
      readonly agentId: AgentId;
      readonly attemptId: AttemptId;
      readonly fence: number;
      readonly seq: number;
      readonly report: AttemptReport;
    }
  /** The coordinator gives an attempt up: its agent is gone, does not know it, or refused it. */
  | {
      readonly type: 'attempt.give_up';
      readonly attemptId: AttemptId;
      readonly code:
        | 'agent_lost'
        | 'supervisor_died'
        | 'emergency_stopped'
        | 'agent_refused'
        | 'repo_not_found'
        | 'repo_empty'
        | 'repo_no_default_branch'
        | 'repo_auth_required'
        | 'repo_unreachable'
        | 'repo_too_large'
        | 'branch_not_found'
        | 'internal';
      readonly message: string;
    }
  /** It stands still for an urgent task, which needs its slot; later, goes on. */
  | { readonly type: 'attempt.yield'; readonly attemptId: AttemptId; readonly to: TaskId }
  | { readonly type: 'attempt.continue'; readonly attemptId: AttemptId }
  /** A request to a model that the gateway made for it is over. */
  | { readonly type: 'attempt.call_model'; readonly attemptId: AttemptId; readonly call: ModelCall }
  /** A message of an attempt that counts no more was refused. */
  | {
      readonly type: 'attempt.fence_off';
      readonly agentId: AgentId;
      readonly attemptId: AttemptId;
      readonly fence: number;
      readonly what: string;
    }
  /** The agent pushed what a fenced attempt had done to its work branch. */
  | {
      readonly type: 'attempt.keep_work';
      readonly agentId: AgentId;
      readonly attemptId: AttemptId;
      readonly fence: number;
      readonly commit: string;
    }
  | {
      readonly type: 'agent.connect';
      readonly agentId: AgentId;
      readonly name: string;
      readonly version: string;
      readonly build?: string | undefined;
      readonly address: string;
      readonly slots: number;
      readonly capabilities: Capabilities;
    }
  /** Makes it an agent of the workshop, or gives one that is known a new key. */
  | {
      readonly type: 'agent.enrol';
      readonly agentId: AgentId;
      readonly name: string;
      readonly profile: AgentProfile;
      readonly enrolment: Enrolment;
    }
  | {
      readonly type: 'agent.change';
      readonly agentId: AgentId;
      readonly name?: string | undefined;
      readonly profile?: AgentProfile | undefined;
    }
  | { readonly type: 'agent.update'; readonly agentId: AgentId; readonly update: AgentUpdate }
  | { readonly type: 'agent.disconnect'; readonly agentId: AgentId; readonly why: string }
  | {
      readonly type: 'agent.conditions';
      readonly agentId: AgentId;
      readonly conditions: Condition[];
    }
  | { readonly type: 'agent.load'; readonly agentId: AgentId; readonly overloaded: boolean }
  | { readonly type: 'agent.drain'; readonly agentId: AgentId; readonly draining: boolean }
  | {
      readonly type: 'agent.set_slots';
      readonly agentId: AgentId;
      readonly slots: number;
      readonly why: string;
    }
  | {
      readonly type: 'agent.rest';
      readonly agentId: AgentId;
      readonly resting: boolean;
      readonly why: string;
    }
  | { readonly type: 'agent.remove'; readonly agentId: AgentId }
  /** Whoever asks opens a shell on the agent itself. */
  | { readonly type: 'agent.open_shell'; readonly agentId: AgentId; readonly consoleId: ConsoleId }
  | {
      readonly type: 'agent.close_shell';
      readonly agentId: AgentId;
      readonly consoleId: ConsoleId;
      readonly why: string;
    }
  | { readonly type: 'queue.pause'; readonly scope?: QueueScope | undefined }
  | { readonly type: 'queue.resume'; readonly scope?: QueueScope | undefined }
  /** `id` left out: a new one. `nextAt`: from its cron, found by who asks. */
  | {
      readonly type: 'recurring.save';
      readonly id?: RecurringId | undefined;
      readonly cron: string;
      readonly timeZone: string;
      readonly pattern: TaskPattern;
      readonly overlap: Recurring['overlap'];
      readonly isOn: boolean;
      readonly nextAt: number | null;
    }
  /** Its time `at` came; said twice, it is once. */
  | {
      readonly type: 'recurring.fire';
      readonly id: RecurringId;
      readonly at: number;
      readonly nextAt: number | null;
      /** A person wants one now: the times by its clock stay as they are. */
      readonly byHand?: boolean | undefined;
    }
  | { readonly type: 'recurring.remove'; readonly id: RecurringId }
  /** All its tasks at once, or none. */
  | { readonly type: 'workflow.start'; readonly name: string; readonly steps: WorkflowTask[] }
  /** Several tasks at once, or none. */
  | {
      readonly type: 'task.create_all';
      readonly tasks: Omit<Extract<Command, { type: 'task.create' }>, 'type'>[];
    }
  | {
      readonly type: 'site.join';
      readonly site: SiteId;
      readonly index: number;
      readonly highest?: number | undefined;
    }
  | { readonly type: 'site.leave' }
  | {
      readonly type: 'task.share';
      readonly taskId: TaskId;
      readonly site: SiteId | null;
      readonly leadFence: number;
    }
  /** This coordinator leads it from now on. */
  | {
      readonly type: 'task.adopt';
      readonly taskId: TaskId;
      readonly site: SiteId;
      readonly leadFence: number;
      readonly why: 'taken' | 'site_lost';
      /** How it stands as far as all coordinators know; `told` says since which event of its leader. */
      readonly known?: { readonly task: Task; readonly attempt?: Attempt | undefined } | undefined;
    }
  | ({ readonly type: 'site.tell' } & Omit<EventOf<'site.told'>, 'type'>)
  | { readonly type: 'workshop.stop'; readonly how: StopHow; readonly reason: string }
  | { readonly type: 'workshop.restart' }
  | {
      readonly type: 'access.grant';
      readonly accessId: AccessId;
      readonly name: string;
      readonly role: Role;
      readonly expiresAt: number | null;
    }
  | { readonly type: 'access.revoke'; readonly accessId: AccessId; readonly name: string };

/** A task of a workflow; `after` names keys of other steps. */
export interface WorkflowTask {
  readonly key: string;
  readonly after: readonly string[];
  readonly task: Omit<Extract<Command, { type: 'task.create' }>, 'type' | 'after'>;
}

/** Fields of an analysis as a person gives them; left out: as it is. */
export interface AnalysisByHand {
  readonly size?: TaskSize | undefined;
  readonly durationMs?: number | null | undefined;
  readonly costUsd?: number | null | undefined;
}

export type CommandType = Command['type'];
export type CommandOf<T extends CommandType> = Extract<Command, { type: T }>;

/** What `decide` may know besides the state: passed in, so that it is pure. */
export interface DecideContext {
  /** Wall clock, epoch ms. */
  readonly now: number;
  /** Who asks: `user`, `user:NAME`, `agent:ID`, `scheduler`, … */
  readonly actor: string;
}
