/**
 * What the gateway's accounts mean for placement: an engine that they speak for needs no sign-in of its own, and one that they
 * cannot speak for just now is given no work. Pure.
 */
import { z } from 'zod';
import type { Agent } from './agent.ts';
import type { EngineKind } from './engine.ts';

/** Why no account can speak: a person has to sign in, its limit is reached, or its server does not answer. */
export const HoldReason = z.enum(['signed_out', 'limited', 'unreachable']);
export type HoldReason = z.infer<typeof HoldReason>;

/** What keeps an engine from speaking to its models. */
export interface Hold {
  readonly reason: HoldReason;
  /** The same in English. */
  readonly why: string;
  /** When it is over, where that is known (epoch ms). */
  readonly until: number | null;
}

/** How the accounts of an engine stand. `isNear`: its limit is near, so that others come first. */
export type Supply =
  | { readonly state: 'open'; readonly isNear?: boolean }
  | ({ readonly state: 'held' } & Hold);

/** `null`: no account is there for it, and only what agents are signed in with counts. */
export type SupplyOf = (engine: EngineKind) => Supply | null;

/** What keeps all these engines from speaking: that which is over first. `null`: one of them can. */
export function holdOfAll(engines: readonly EngineKind[], supply: SupplyOf): Hold | null {
  const holds = engines.flatMap((engine) => {
    const of = supply(engine);
    return of?.state === 'held' ? [of] : [];
  });
  if (holds.length < engines.length) return null;
  return holds.toSorted((a, b) => (a.until ?? Infinity) - (b.until ?? Infinity))[0] ?? null;
}

/** The agents, with every engine ready that is installed there and has an account at the gateway. */
export function withAccounts(
  agents: readonly Agent[],
  hasAccount: (engine: EngineKind) => boolean,
): readonly Agent[] {
  return agents.map((agent) => {
    const { engines } = agent.capabilities;
    // Agents that know the gateway name this engine always; older ones could not use an account.
    if (!engines.some(({ kind }) => kind === 'anthropic')) return agent;
    if (!engines.some(({ kind, ready }) => !ready && hasAccount(kind))) return agent;
    const all = engines.map((engine) =>
      engine.ready || !hasAccount(engine.kind) ? engine : { ...engine, ready: true, why: null },
    );
    return { ...agent, capabilities: { ...agent.capabilities, engines: all } };
  });
}
