/** The engine that a task names. */
import type { Clock } from '../../shared/clock.ts';
import type { EngineSpec } from '../../shared/domain/engine.ts';
import { anthropicEngine } from './anthropic.ts';
import { claudeCodeEngine } from './claude-code.ts';
import { codexEngine } from './codex.ts';
import { commandEngine } from './command.ts';
import type { Engine } from './engine.ts';
import { ollamaEngine } from './ollama.ts';
import { openCodeEngine } from './opencode.ts';

export function engineFor(engine: EngineSpec, clock: Clock): Engine {
  if (engine.kind === 'command') return commandEngine(engine.run);
  const options = { model: engine.model, clock, isRoot: process.getuid?.() === 0 };
  switch (engine.kind) {
    case 'claude-code':
      return claudeCodeEngine(options);
    case 'anthropic':
      return anthropicEngine(options);
    case 'codex':
      return codexEngine(options);
    case 'opencode':
      return openCodeEngine(options);
    case 'ollama':
      return ollamaEngine(options);
  }
}
