/** The port of a model that our own loop speaks to, and the conversation it has with it, in nobody's protocol. */
import type { FailureCode } from '../../shared/errors.ts';
import type { EngineTrouble } from './engine.ts';
import type { ToolSpec } from './tools/tool.ts';

export type UserPart =
  | { readonly kind: 'text'; readonly text: string }
  | {
      readonly kind: 'result';
      readonly id: string;
      /** The tool's name, which some protocols want to hear again. */
      readonly tool: string;
      readonly text: string;
      readonly isError: boolean;
    };

export type AnswerPart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'call'; readonly id: string; readonly tool: string; readonly input: unknown }
  /** Handed back as it came. `seal`: what the provider knows its own thoughts by; `isHidden`: they are in nothing but that. */
  | {
      readonly kind: 'thinking';
      readonly text: string;
      readonly seal: string;
      readonly isHidden: boolean;
    };

/**
 * A conversation begins with the user, and the two take turns. Each call of a tool has its result in the message that
 * follows, and there are no results besides.
 */
export type Message =
  | { readonly role: 'user'; readonly parts: readonly UserPart[] }
  | { readonly role: 'assistant'; readonly parts: readonly AnswerPart[] };

export interface Question {
  readonly system: string;
  readonly tools: readonly ToolSpec[];
  readonly messages: readonly Message[];
}

/** Tokens of one answer, each counted once. */
export interface TurnUsage {
  /** Read anew, also where they were written to a cache by that. */
  readonly input: number;
  readonly cached: number;
  readonly output: number;
}

export interface Answer {
  readonly parts: readonly AnswerPart[];
  /** `length`: it was cut off; `refused`: the model will not go on; `full`: its context has no more room. */
  readonly stop: 'done' | 'length' | 'refused' | 'full';
  readonly usage: TurnUsage;
  /** In millionths of a dollar; left out where there is no price for it. */
  readonly costMicros?: number;
}

/** What is heard while an answer comes. */
export interface Listener {
  text(piece: string): void;
  /** Something came, if not words. */
  alive(): void;
}

export interface Model {
  /** As people know it: `claude-opus-5-5`. */
  readonly name: string;
  /** Who runs it, as a sentence begins: `Claude`, `Ollama`. */
  readonly by: string;
  /** What to do when its sign-in is no longer good. */
  readonly signIn: string;
  /** Tokens that question and answer may have together, and the most that it writes at once. */
  readonly window: number;
  readonly mostOutput: number;
  /** @throws ModelError; the signal's reason */
  ask(question: Question, listener: Listener, signal: AbortSignal): Promise<Answer>;
}

/** There is no answer, and why. */
export class ModelError extends Error {
  override readonly name = 'ModelError';
  readonly trouble: EngineTrouble;
  /** Where what is to be done is not said by the class of the trouble. */
  readonly code: FailureCode | null;
  constructor(trouble: EngineTrouble, code: FailureCode | null = null) {
    super(trouble.message);
    this.trouble = trouble;
    this.code = code;
  }
}
