/** Calls of models through the gateway: who answers them, what one came to, and how an attempt reaches it. */
import { z } from 'zod';
import { Usage, type EngineKind } from './domain/engine.ts';
import { TroubleClass } from './domain/engine-trouble.ts';

/** By the protocol they speak: Anthropic's Messages API, or that of OpenAI. */
export const PROVIDERS = ['anthropic', 'openai'] as const;
export const Provider = z.enum(PROVIDERS);
export type Provider = z.infer<typeof Provider>;

/** An account at a provider, whose key the coordinator keeps. */
export const ModelAccountId = z
  .string()
  .regex(
    /^acct-[a-z0-9]{8,40}$/,
    'an account is given by its id, as "koubou accounts list" shows it',
  )
  .brand('ModelAccountId');
export type ModelAccountId = z.infer<typeof ModelAccountId>;

/** One request to a model, when it is over. */
export const ModelCall = z.strictObject({
  /** `null`: it was refused before an account was chosen. */
  accountId: ModelAccountId.nullable(),
  provider: Provider,
  /** As the answer names it; as it was asked for when there is none. */
  model: z.string().max(200),
  /** Of this call alone. */
  usage: Usage,
  /** HTTP status that the engine saw; 0: it hung up before. */
  status: z.int().min(0).max(599),
  /** How long it waited for its turn, until the first byte came, and in all. */
  waitMs: z.int().min(0),
  firstByteMs: z.int().min(0).nullable(),
  ms: z.int().min(0),
  trouble: TroubleClass.nullable(),
  /** The provider did not say all of what was used: it is about so much. */
  estimated: z.boolean().optional(),
});
export type ModelCall = z.infer<typeof ModelCall>;

/** How an attempt reaches models: the way and the key of the gateway, which are good for nobody else. */
export const ModelGrant = z.strictObject({
  /** On the coordinator's own address; the provider and its own path follow: `/models/anthropic/v1/messages`. */
  path: z.string(),
  key: z.string(),
  /** Those that an account is there for. */
  providers: z.array(Provider),
});
export type ModelGrant = z.infer<typeof ModelGrant>;

/** Whom an engine speaks to, in the order in which it would rather. Empty: only to its own machine. */
export const PROVIDERS_OF: Readonly<Record<EngineKind, readonly Provider[]>> = {
  'claude-code': ['anthropic'],
  anthropic: ['anthropic'],
  codex: ['openai'],
  opencode: ['anthropic', 'openai'],
  ollama: [],
  // It may be anything, and most programs know both by their variables.
  command: ['anthropic', 'openai'],
};

/** In refusals of the gateway: what kind of trouble it is (`TroubleClass`), and when it is over (epoch ms). */
export const TROUBLE_HEADER = 'x-koubou-trouble';
export const TROUBLE_UNTIL_HEADER = 'x-koubou-trouble-until';
