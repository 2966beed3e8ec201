/** What the conformance suite of engines needs to know of one engine: how it is made, and the model that it speaks to. */
import type { Engine, EngineOptions } from '../../../src/agent/engines/engine.ts';
import type { EngineKind } from '../../../src/shared/domain/engine.ts';
import type { Provider } from '../../../src/shared/models.ts';
import type { Move } from '../../support/models/moves.ts';

export interface Subject {
  readonly kind: EngineKind;
  readonly make: (options: EngineOptions) => Engine;
  /** `null`: it speaks to its own machine, with no key and past the gateway. */
  readonly provider: Provider | null;
  /** Further variables of its environment: where its model is, when it is past the gateway; how often it asks again. */
  readonly environment: (model: SubjectModel) => Readonly<Record<string, string>>;
  /** Starts the server that stands in for its model. */
  readonly openModel: () => Promise<SubjectModel>;
  /** It needs a whole processor for seconds at its start: several at once would only wait for each other. */
  readonly isHeavy?: true;
  /** Behaviours that it cannot show, each with the reason. */
  readonly not?: Partial<Readonly<Record<Trial, string>>>;
}

/** A server that speaks the protocol of the engine's model. */
export interface SubjectModel {
  /** Without `/v1`, without a slash at its end. */
  readonly url: string;
  /** Keys that it was shown, without `Bearer `, one per request. */
  keys(): readonly string[];
  /** What it does from its next answer on. */
  play(part: Part): void;
  /** How often it answered so far, or began to. */
  asked(): number;
  close(): Promise<void>;
}

/** What the model does. */
export type Part =
  /** One move per turn, and then `Done.` */
  | { readonly kind: 'moves'; readonly moves: readonly Move[] }
  | { readonly kind: 'unauthorized' | 'overloaded' | 'too_long' }
  /** `resetAt`: epoch ms, in whole seconds. */
  | { readonly kind: 'limited'; readonly resetAt: number }
  /** Answers of which each begins well and then is no event any more, stops, or does not go on. */
  | { readonly kind: 'garbage' | 'torn' | 'stall' };

export type Trial =
  | 'edits'
  | 'unauthorized'
  | 'limited'
  | 'overloaded'
  | 'too_long'
  | 'refused_connection'
  | 'garbage'
  | 'torn'
  | 'killed'
  | 'idle'
  | 'aborted';
