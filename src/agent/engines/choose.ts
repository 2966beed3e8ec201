/** The engine that a task names. */
import type { Clock } from '../../shared/clock.ts';
import type { EngineSpec } from '../../shared/domain/engine.ts';
import { claudeCodeEngine } from './claude-code.ts';
import { commandEngine } from './command.ts';
import type { Engine } from './engine.ts';

export function engineFor(engine: EngineSpec, clock: Clock): Engine {
  switch (engine.kind) {
    case 'command':
      return commandEngine(engine.run);
    case 'claude-code':
      return claudeCodeEngine({ model: engine.model, clock, isRoot: process.getuid?.() === 0 });
  }
}
