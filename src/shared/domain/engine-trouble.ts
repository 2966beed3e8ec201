/**
 * What can go wrong between an engine and its model, classed once for all engines and for the gateway, and what follows
 * from each: one table, so that no engine has a rule of its own.
 */
import { z } from 'zod';
import type { FailureCode } from '../errors.ts';

export const TROUBLES = [
  'sign_in_expired',
  'rate_limited',
  'overloaded',
  'network',
  'invalid_request',
  'context_too_long',
  'refused',
  'budget_spent',
  'crashed',
] as const;
export const TroubleClass = z.enum(TROUBLES);
export type TroubleClass = z.infer<typeof TroubleClass>;

export interface TroubleRule {
  /** As what an attempt fails over an engine that speaks by itself: `errors.ts` says when that is tried again. */
  readonly failure: FailureCode;
  /** The same where the gateway speaks for it: what a person repairs there goes on by itself. */
  readonly throughGateway: FailureCode;
  /** Whether the gateway asks the same again by itself, while the engine has seen nothing of an answer yet. */
  readonly again: boolean;
  /** Whether it says something about the account (or the server), so that others need not find out the same. */
  readonly about: 'account' | 'server' | 'call';
}

export const TROUBLE_RULES: Readonly<Record<TroubleClass, TroubleRule>> = {
  sign_in_expired: {
    failure: 'engine_not_logged_in',
    throughGateway: 'account_signed_out',
    again: true,
    about: 'account',
  },
  rate_limited: {
    failure: 'engine_rate_limited',
    throughGateway: 'engine_rate_limited',
    again: true,
    about: 'account',
  },
  overloaded: {
    failure: 'engine_overloaded',
    throughGateway: 'engine_overloaded',
    again: true,
    about: 'server',
  },
  network: {
    failure: 'engine_unreachable',
    throughGateway: 'engine_unreachable',
    again: true,
    about: 'server',
  },
  invalid_request: {
    failure: 'engine_request_invalid',
    throughGateway: 'engine_request_invalid',
    again: false,
    about: 'call',
  },
  context_too_long: {
    failure: 'engine_context_too_long',
    throughGateway: 'engine_context_too_long',
    again: false,
    about: 'call',
  },
  refused: {
    failure: 'engine_refused',
    throughGateway: 'engine_refused',
    again: false,
    about: 'call',
  },
  budget_spent: {
    failure: 'engine_budget_spent',
    throughGateway: 'engine_budget_spent',
    again: false,
    about: 'call',
  },
  crashed: {
    failure: 'engine_failed',
    throughGateway: 'engine_failed',
    again: false,
    about: 'call',
  },
};
