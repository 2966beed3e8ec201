/**
 * Everything that can be asked of the workshop. A command is a typed value: whoever builds one has
 * validated its input at the edge where it came in. `decide` answers it with events or a refusal.
 */
import type { ConsoleId } from '../console.ts';
import type { AgentId, AttemptId, TaskId } from '../ids.ts';
import type { ModelCall } from '../models.ts';
import type { AgentProfile, AgentUpdate, Capabilities, Enrolment } from './agent.ts';
import type { AttemptReport, PlacementReason } from './attempt.ts';
import type { Condition } from './condition.ts';
import type { EngineChoice, EngineSpec } from './engine.ts';
import type { Origin } from './origin.ts';
import type { PullRequest } from './pull.ts';
import type { IssueSource } from './source.ts';
import type { StopHow } from './state.ts';
import type { ReviewComment } from './review-comment.ts';
import type { Merge, Priority, RepoRef, Specialty } from './task.ts';

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
    }
  /** How the issue it was made from stands at its forge. */
  | { readonly type: 'task.source_seen'; readonly taskId: TaskId; readonly source: IssueSource }
  /** Of the issues it waits for, those that are still open. */
  | { readonly type: 'task.blockers_seen'; readonly taskId: TaskId; readonly blockers: Origin[] }
  /** How its pull request stands at its forge. */
  | { readonly type: 'task.pull_seen'; readonly taskId: TaskId; readonly pull: PullRequest }
  | { readonly type: 'task.analyse'; readonly taskId: TaskId; readonly specialty: Specialty }
  /** Its time came: a scheduled task, or a failed one whose pause is over. */
  | { readonly type: 'task.due'; readonly taskId: TaskId }
  /** All tasks it waited for are completed. */
  | { readonly type: 'task.unblock'; readonly taskId: TaskId }
  | {
      readonly type: 'task.assign';
      readonly taskId: TaskId;
      readonly agentId: AgentId;
      readonly reasons: PlacementReason[];
      /** What works on it, where the task leaves the choice open; else left out. */
      readonly engine?: EngineSpec | undefined;
    }
  | {
      readonly type: 'task.cancel';
      readonly taskId: TaskId;
      readonly reason: string;
      /** As with `task.create`. */
      readonly orderedBy?: AgentId | undefined;
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
  | { readonly type: 'agent.remove'; readonly agentId: AgentId }
  /** Whoever asks opens a shell on the agent itself. */
  | { readonly type: 'agent.open_shell'; readonly agentId: AgentId; readonly consoleId: ConsoleId }
  | {
      readonly type: 'agent.close_shell';
      readonly agentId: AgentId;
      readonly consoleId: ConsoleId;
      readonly why: string;
    }
  | { readonly type: 'queue.pause' }
  | { readonly type: 'queue.resume' }
  | { readonly type: 'workshop.stop'; readonly how: StopHow; readonly reason: string }
  | { readonly type: 'workshop.restart' };

export type CommandType = Command['type'];
export type CommandOf<T extends CommandType> = Extract<Command, { type: T }>;

/** What `decide` may know besides the state: passed in, so that it is pure. */
export interface DecideContext {
  /** Wall clock, epoch ms. */
  readonly now: number;
  /** Who asks: `user`, `agent:ID`, `scheduler`, … */
  readonly actor: string;
}
