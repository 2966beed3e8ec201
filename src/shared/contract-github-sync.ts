/** The part of the contract about what GitHub tells and is asked by itself: its webhook, and the rules that import issues. */
import { z } from 'zod';
import { GitHubRules } from './github-rules.ts';
import { operation } from './operation.ts';
import { line } from './text.ts';

/** Deliveries since the coordinator started. */
export const HookStatus = z.strictObject({
  accepted: z.int().min(0),
  ignored: z.int().min(0),
  refused: z.int().min(0),
  /** Of the refused: those that were not signed with our secret. */
  wrongSignatures: z.int().min(0),
  /** When one with a right signature came last, epoch ms; `null`: none yet. */
  lastAt: z.number().nullable(),
});
export type HookStatus = z.infer<typeof HookStatus>;

const RulesView = z.strictObject({
  /** Names what `config.yaml` says: given back with a change, so that nobody's other change is overwritten. */
  etag: z.string(),
  rules: GitHubRules,
});

export const GITHUB_SYNC_OPERATIONS = {
  'github.webhook': operation({
    method: 'POST',
    path: '/api/v1/github/webhook',
    summary:
      'How to set up a webhook at GitHub; its secret is shown when it is made, and never again',
    permission: 'admin',
    status: 200,
    input: z.strictObject({
      /** A new secret: hooks that have the old one are refused from then on. */
      renew: z.boolean().default(false),
    }),
    output: z.strictObject({
      /** On the coordinator's own address, and on the one for agents of other PCs. */
      path: z.string(),
      /** `null`: it was shown before. */
      secret: z.string().nullable(),
      /** What to have it tell, as GitHub names it. */
      events: z.array(z.string()),
      status: HookStatus,
    }),
  }),
  'github.hook_install': operation({
    method: 'POST',
    path: '/api/v1/github/hooks',
    summary:
      'Have GitHub tell of a repository: makes a webhook there, or puts right the one for that address',
    permission: 'admin',
    status: 200,
    input: z.strictObject({
      /** `acme/shop`, or its address. */
      repo: line(300),
      /** Where GitHub reaches this workshop: `https://hooks.example.com`; the path is added where it is left out. */
      url: z.url({ protocol: /^https?$/ }).max(1_000),
    }),
    output: z.strictObject({
      repo: z.string(),
      url: z.string(),
      id: z.number(),
      state: z.enum(['made', 'put_right']),
    }),
  }),
  'github.rules': operation({
    method: 'GET',
    path: '/api/v1/github/rules',
    summary: 'The rules by which issues become tasks by themselves',
    permission: 'admin',
    status: 200,
    input: z.strictObject({}),
    output: RulesView,
  }),
  'github.set_rules': operation({
    method: 'PUT',
    path: '/api/v1/github/rules',
    summary: 'Put these rules in the place of those before',
    permission: 'admin',
    status: 200,
    input: z.strictObject({ etag: z.string().max(100), rules: GitHubRules }),
    output: RulesView,
  }),
} as const;
