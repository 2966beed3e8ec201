/** How an agent stands, in one word and one sign: what people call its state, which is more than the contract's. Pure. */
import { AGENT_STATES, type Agent } from '../../shared/domain/agent.ts';
import { isBlocked } from '../../shared/domain/condition.ts';

/** `reconnecting`: away with work in hand. `blocked`: free, but a trouble keeps work away. `resting`: off until there is more to do. */
export const LOOKS = [...AGENT_STATES, 'reconnecting', 'blocked', 'resting'] as const;
export type Look = (typeof LOOKS)[number];

/** Names a colour in styles.css. */
export const LOOK_STATE: Readonly<Record<Look, string>> = {
  offline: 'offline',
  idle: 'idle',
  busy: 'busy',
  overloaded: 'overloaded',
  maintenance: 'maintenance',
  error: 'error',
  provisioning: 'provisioning',
  updating: 'updating',
  reconnecting: 'reconnecting',
  blocked: 'error',
  resting: 'offline',
};

/** A sign for places too small for a word. No two are alike: nobody needs to see the colour. */
export const LOOK_SIGN: Readonly<Record<Look, string>> = {
  offline: '–',
  idle: '·',
  busy: '▶',
  overloaded: '!',
  maintenance: 'Ⅱ',
  error: '×',
  provisioning: '+',
  updating: '↑',
  reconnecting: '?',
  blocked: '■',
  resting: '☾',
};

type Facts = Pick<Agent, 'state' | 'connected' | 'running' | 'conditions' | 'resting'>;

/** @param isSilent connected, but nothing was heard for too long */
export function lookOf(facts: Facts, isSilent = false): Look {
  const { state, connected, running, conditions, resting } = facts;
  if (isSilent || (state === 'offline' && running.length > 0)) return 'reconnecting';
  if (resting && (state === 'offline' || state === 'idle')) return 'resting';
  return connected && state === 'idle' && isBlocked(conditions) ? 'blocked' : state;
}
