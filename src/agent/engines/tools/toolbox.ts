/** The tools of our own loop, whatever the model. */
import { commandTools, toolEnvironment, type CommandDeps } from './commands.ts';
import { fileTools } from './files.ts';
import type { EngineRun } from '../engine.ts';
import { refused, type Tool, type ToolAnswer, type ToolSpec } from './tool.ts';

export interface Toolbox {
  readonly specs: readonly ToolSpec[];
  use(name: string, input: unknown): Promise<ToolAnswer>;
}

export interface ToolboxDeps extends Pick<CommandDeps, 'clock' | 'left'> {
  readonly run: EngineRun;
  readonly signal: AbortSignal;
}

export function openToolbox({ run, clock, left, signal }: ToolboxDeps): Toolbox {
  const env = toolEnvironment(run.env);
  const tools: Tool[] = [
    ...fileTools({ root: run.cwd, env, signal }),
    ...commandTools({ run, env, clock, left }),
  ];
  return {
    specs: tools,
    async use(name, input) {
      const tool = tools.find((one) => one.name === name);
      if (tool) return await tool.run(input);
      return refused(
        `there is no tool ${name}; there are ${tools.map((one) => one.name).join(', ')}`,
      );
    },
  };
}
