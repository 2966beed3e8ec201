/** What the parts of the stand-in of the Messages API are to each other. */
import { z } from 'zod';

export type Block =
  | { type: 'text'; text: string }
  | { type: 'tool_use'; name: string; input: Record<string, unknown> };

export interface Turn {
  /** How many messages with tool results the conversation holds since its newest prompt: 0 on the first request. */
  readonly step: number;
  /** The directory the program said it works in. */
  readonly cwd: string;
  /** All text the user side has sent so far. */
  readonly prompt: string;
  readonly model: string;
  /** The names of the tools that are offered. */
  readonly tools: readonly string[];
  /** The text of the last results of tools. */
  readonly results: string;
}

/** An answer of the API that is not a message: status and error type as documented for it. */
export interface ApiError {
  readonly status: number;
  readonly type: string;
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export const Part = z.looseObject({
  type: z.string(),
  text: z.string().optional(),
  content: z.unknown().optional(),
});
export const Body = z.looseObject({
  model: z.string(),
  max_tokens: z.int().min(1),
  stream: z.boolean().optional(),
  system: z.unknown().optional(),
  tools: z.array(z.looseObject({ name: z.string().optional() })).optional(),
  messages: z
    .array(z.looseObject({ role: z.string(), content: z.union([z.string(), z.array(Part)]) }))
    .min(1),
});
export type Body = z.infer<typeof Body>;

/** Of one call. `input` are those that were neither read from the cache nor written to it. */
export interface Counts {
  readonly input: number;
  readonly cacheWrite: number;
  readonly cacheRead: number;
  readonly output: number;
}

export type Fault =
  /** Answered with an error. */
  | ({ readonly kind: 'error' } & ApiError)
  /** The connection is closed with no answer; `hang`: nothing ever comes. */
  | { readonly kind: 'drop' | 'hang' }
  /** An answer that begins well, and goes on with what is no event. */
  | { readonly kind: 'garbage' }
  /** An answer that stops in the middle: ended as if it were whole, or torn off. */
  | { readonly kind: 'cut'; readonly how: 'end' | 'tear' }
  /** An answer of which no more comes, on a connection that stays open. */
  | { readonly kind: 'stall' }
  | { readonly kind: 'error_in_stream'; readonly type: string; readonly message: string };
