/** What a tool of our own loop is: a name, what the model is told of it, and what it does with an input that was checked. */
import { z } from 'zod';
import { messageOf } from '../../failure.ts';

export interface ToolAnswer {
  readonly text: string;
  readonly isError: boolean;
}

/** As models are told of it. */
export interface ToolSpec {
  readonly name: string;
  readonly description: string;
  readonly schema: { readonly properties: unknown; readonly required: string[] };
}

export interface Tool extends ToolSpec {
  /** Every failure is an answer, so that the model may try something else. Rejects only when the attempt was stopped. */
  run(input: unknown): Promise<ToolAnswer>;
}

/** What was asked for cannot be done; the words are for the model. */
export class ToolRefusal extends Error {
  override readonly name = 'ToolRefusal';
}

interface Definition<S extends z.ZodObject> {
  readonly name: string;
  readonly description: string;
  readonly input: S;
  /** @throws ToolRefusal, or what the file system says */
  run(input: z.output<S>): Promise<string | ToolAnswer>;
}

export function defineTool<S extends z.ZodObject>(definition: Definition<S>): Tool {
  const { name, description, input } = definition;
  const { properties = {}, required = [] } = z.toJSONSchema(input, { io: 'input' });
  return {
    name,
    description,
    schema: { properties, required },
    async run(given) {
      const parsed = input.safeParse(given);
      if (!parsed.success)
        return refused(`the input is not right: ${z.prettifyError(parsed.error)}`);
      try {
        const answer = await definition.run(parsed.data);
        return typeof answer === 'string' ? { text: answer, isError: false } : answer;
      } catch (error) {
        if (error instanceof ToolRefusal) return refused(error.message);
        if (isOfFileSystem(error)) return refused(messageOf(error));
        throw error;
      }
    },
  };
}

export function refused(text: string): ToolAnswer {
  return { text, isError: true };
}

/** A missing file is for the model to deal with; what is no such error is ours. */
function isOfFileSystem(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /^E[A-Z]+$/.test(String(error.code));
}
