/** What an update is told with, and what becomes of it. */
import type { ToAgent } from '../../shared/protocol/agent.ts';

export type UpdateOrder = Extract<ToAgent, { type: 'update' }>;

/** Why a build does not take over. */
export interface UpdateProblem {
  readonly why: string;
  /** It was tried and is no good here: never tried again. Else the reason may pass. */
  readonly isRefusal: boolean;
}

/** An update that cannot go on; the message is a sentence for people. */
export class UpdateError extends Error {
  override readonly name = 'UpdateError';
}
