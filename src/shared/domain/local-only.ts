/** Tasks that must not leave the agent for a model: what they may be worked on with. Pure. */
import { rejection, type Rejection } from '../errors.ts';
import type { EngineChoice } from './engine.ts';
import type { Task } from './task.ts';

/** Models that an Ollama only passes on, to servers of its makers. */
const ELSEWHERE = /[:-]cloud$/i;

interface Asked {
  readonly engine: EngineChoice;
  readonly localOnly?: boolean | undefined;
}

/** Why the engine would take a task away from its agent that is to stay there; `null`: it would not, or may. */
export function refuseAway({ engine, localOnly }: Asked): Rejection | null {
  if (localOnly !== true || engine.kind === 'auto') return null;
  const isAway = engine.kind === 'ollama' && ELSEWHERE.test(engine.model ?? '');
  if (engine.kind === 'ollama' && !isAway) return null;
  const name = isAway ? `the model ${engine.model ?? ''}` : engine.kind;
  const message = `engine: a task that is local only is worked on by ollama, with a model on the agent itself, or not at all, so it cannot name ${name}; leave out the one or the other`;
  const fields = [{ path: 'engine', message: `${name} is not local` }];
  return rejection('invalid_input', message, { fields });
}

/** What a task names, once it is known that it must not leave its agent. */
export function heldTo({ engine, localOnly }: Pick<Task, 'engine' | 'localOnly'>): EngineChoice {
  return localOnly && engine.kind === 'auto' ? { kind: 'ollama' } : engine;
}
