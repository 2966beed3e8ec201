/** How an agent stands, in one word and one sign: what people call its state, which is more than the contract's. Pure. */
import { AGENT_STATES, type Agent } from '../../shared/domain/agent.ts';
import { isBlocked } from '../../shared/domain/condition.ts';

/** `reconnecting`: away with work in hand. `blocked`: free, but a trouble keeps work away. */
export const LOOKS = [...AGENT_STATES, 'reconnecting', 'blocked'] as const;
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
};

type Facts = Pick<Agent, 'state' | 'connected' | 'running' | 'conditions'>;

/** @param isSilent connected, but nothing was heard for too long */
export function lookOf({ state, connected, running, conditions }: Facts, isSilent = false): Look {
  if (isSilent || (state === 'offline' && running.length > 0)) return 'reconnecting';
  return connected && state === 'idle' && isBlocked(conditions) ? 'blocked' : state;
}
