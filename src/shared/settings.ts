/**
 * What a user may set of a workshop: one schema that `<data>/config.yaml`, the API and the settings screen share. The file is
 * read and written in `src/main/coordinator/settings`; nothing else does. No secret is among them.
 */
import { z } from 'zod';
import { STRATEGIES, Strategy, WeightChanges } from './domain/strategy.ts';
import { CheapFor, DEFAULT_ORDER, EngineOrder, EnginesBySpecialty } from './engine-policy.ts';
import { GitHubRules } from './github-rules.ts';
import { SiteId } from './ids.ts';
import { parseQueueAddress } from './queue-address.ts';
import type { AttemptLimits } from './protocol/agent.ts';
import { SpareHosts } from './spare-hosts.ts';
import { line } from './text.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const DAY = 24 * 60 * MINUTE;
const MEGABYTE = 1024 * 1024;

/** The bounds of an attempt where nobody set others. */
export const DEFAULT_LIMITS: AttemptLimits = {
  checkpointMs: MINUTE / 2,
  engineMs: 120 * MINUTE,
  engineIdleMs: 20 * MINUTE,
  testMs: 30 * MINUTE,
  setupMs: 20 * MINUTE,
  outputBytes: 256 * MEGABYTE,
};

/** No secret is in the settings. */
function isSettable(address: string): boolean {
  const parsed = parseQueueAddress(address);
  return parsed.ok && (parsed.value.kind === 'embedded' || parsed.value.password === null);
}

const dollars = z.number().min(0.01).max(1_000_000).nullable().default(null);
const tokens = z.int().min(1_000).max(1_000_000_000_000).nullable().default(null);

/** The schema of every single setting. What is too small or too large says so by its bounds. */
const FIELDS = {
  /** Shown where the workshop is named; `null`: Koubou. */
  'workshop.name': line(60).nullable().default(null),
  /** Agents that the coordinator starts on its own PC. */
  'agents.count': z.int().min(0).max(32).default(1),
  /** Attempts each of them works on at once; `null`: as the processors of the PC allow. */
  'agents.slots': z.int().min(1).max(64).nullable().default(null),
  'limits.checkpointMs': z.int().min(1).max(DAY).default(DEFAULT_LIMITS.checkpointMs),
  'limits.engineMs': z
    .int()
    .min(1)
    .max(7 * DAY)
    .default(DEFAULT_LIMITS.engineMs),
  'limits.engineIdleMs': z.int().min(1).max(DAY).default(DEFAULT_LIMITS.engineIdleMs),
  'limits.testMs': z.int().min(1).max(DAY).default(DEFAULT_LIMITS.testMs),
  'limits.setupMs': z.int().min(1).max(DAY).default(DEFAULT_LIMITS.setupMs),
  'limits.outputBytes': z
    .int()
    .min(1)
    .max(64 * 1024 * MEGABYTE)
    .default(DEFAULT_LIMITS.outputBytes),
  /** The model of tasks for Claude Code that name none; `null`: the engine's own choice. */
  'engines.model': line(100).nullable().default(null),
  /** Which engines a task that leaves the choice open may be given to, the first choice first; for some specialties; and tasks that go to the cheapest first. */
  'engines.order': EngineOrder.default(DEFAULT_ORDER),
  'engines.bySpecialty': EnginesBySpecialty.default(null),
  'engines.cheapFor': CheapFor.default(null),
  /** What calls of models through the gateway may come to: of one task, of one repository on one day, of all on one day. `null`: no bound. */
  'budgets.taskDollars': dollars,
  'budgets.taskTokens': tokens,
  'budgets.repositoryDollars': dollars,
  'budgets.repositoryTokens': tokens,
  'budgets.dayDollars': dollars,
  'budgets.dayTokens': tokens,
  /** Asked what new tasks are about where rules do not tell: `anthropic/MODEL` or `openai/MODEL`, of an account that is kept here; `null`: none. */
  'analysis.model': line(200)
    .regex(/^(anthropic|openai)\/\S+$/, 'a model is given as anthropic/MODEL or openai/MODEL')
    .nullable()
    .default(null),
  /** What that may come to in one day; `null`: no bound. */
  'analysis.dayDollars': z.number().min(0.01).max(1_000_000).nullable().default(1),
  /** Tasks that may wait at once, in all and of one who made them, and how many of theirs agents may hold at once; `null`: no bound. */
  'queue.most': z.int().min(1).max(10_000_000).default(100_000),
  'queue.userWaiting': z.int().min(1).max(10_000_000).nullable().default(null),
  'queue.userRunning': z.int().min(1).max(100_000).nullable().default(null),
  /** Where the queue is: `embedded`, or a Redis that several coordinators share; and what this one is called among them, `null`: as its PC. */
  'queue.address': line(500)
    .refine(
      isSettable,
      'an address is embedded, or redis://HOST:PORT; a password is in ?password-file=FILE',
    )
    .default('embedded'),
  'queue.site': SiteId.nullable().default(null),
  /** How agents are chosen: a strategy by its name, and what is weighed otherwise than it has it. */
  'placement.strategy': Strategy.default('balanced'),
  'placement.weights': WeightChanges.default(null),
  /** The door for agents of other PCs: open from the start, or as soon as somebody needs it. */
  /** Whether an agent gets more slots or fewer as its load allows, and how many at most. */
  'scaling.slots': z.boolean().default(false),
  'scaling.mostSlots': z.int().min(1).max(64).default(8),
  /** Whether standby hosts are woken while there is much to do, and sent to rest while there is little. */
  'scaling.hosts': z.boolean().default(false),
  /** PCs that become agents while there is much to do and no standby host is left. */
  'scaling.spares': SpareHosts.default(null),
  'lan.open': z.boolean().default(true),
  /** An address of this PC; `0.0.0.0`: all of them. */
  'lan.host': z.string().trim().min(1).max(253).default('0.0.0.0'),
  'lan.port': z.int().min(0).max(65_535).default(8_443),
  /** Hours between two backups, made only when something changed; 0: none by itself. */
  'backups.every': z.number().min(0).max(8_760).default(6),
  /** So many are kept. */
  'backups.keep': z.int().min(1).max(1_000).default(7),
  /** Where a sign-in goes that names no host: `github.com`, or `https://github.example.com`. */
  'github.host': line(300).default('github.com'),
  /** Of an OAuth App or a GitHub App, to sign in with a code; `null`: that is not offered. No secret. */
  'github.clientId': line(100).nullable().default(null),
  /** How pull requests are opened. */
  'github.pulls': z.enum(['ready', 'draft']).default('ready'),
  /** Who lets a pull request be merged: a person by an approval, or nobody, as soon as the rules at GitHub are met. */
  'github.merge': z.enum(['by_hand', 'auto']).default('by_hand'),
  /** Where a repository does not allow it, one that it allows is taken. */
  'github.mergeMethod': z.enum(['squash', 'merge', 'rebase']).default('squash'),
  /** What labels for the state of a task begin with; `null`: there are none. */
  'github.labels': line(30).nullable().default('koubou:'),
  /** One comment on the issue that says how its task stands. */
  'github.comments': z.boolean().default(true),
  /** Where an issue is opened while a model account is signed out: `owner/name`; `null`: nowhere. */
  'github.sessionIssues': line(200)
    .regex(/^[\w.-]+\/[\w.-]+$/, 'a repository is given as owner/name')
    .nullable()
    .default(null),
  /** How often GitHub is asked for what no webhook told, in seconds. */
  'github.pollSeconds': z.int().min(15).max(3_600).default(60),
} as const;

export const Settings = z.strictObject({
  workshop: z.strictObject({ name: FIELDS['workshop.name'] }).prefault({}),
  agents: z
    .strictObject({ count: FIELDS['agents.count'], slots: FIELDS['agents.slots'] })
    .prefault({}),
  limits: z
    .strictObject({
      checkpointMs: FIELDS['limits.checkpointMs'],
      engineMs: FIELDS['limits.engineMs'],
      engineIdleMs: FIELDS['limits.engineIdleMs'],
      testMs: FIELDS['limits.testMs'],
      setupMs: FIELDS['limits.setupMs'],
      outputBytes: FIELDS['limits.outputBytes'],
    })
    .prefault({}),
  engines: z
    .strictObject({
      model: FIELDS['engines.model'],
      order: FIELDS['engines.order'],
      bySpecialty: FIELDS['engines.bySpecialty'],
      cheapFor: FIELDS['engines.cheapFor'],
    })
    .prefault({}),
  budgets: z
    .strictObject({
      taskDollars: FIELDS['budgets.taskDollars'],
      taskTokens: FIELDS['budgets.taskTokens'],
      repositoryDollars: FIELDS['budgets.repositoryDollars'],
      repositoryTokens: FIELDS['budgets.repositoryTokens'],
      dayDollars: FIELDS['budgets.dayDollars'],
      dayTokens: FIELDS['budgets.dayTokens'],
    })
    .prefault({}),
  analysis: z
    .strictObject({
      model: FIELDS['analysis.model'],
      dayDollars: FIELDS['analysis.dayDollars'],
    })
    .prefault({}),
  queue: z
    .strictObject({
      most: FIELDS['queue.most'],
      userWaiting: FIELDS['queue.userWaiting'],
      userRunning: FIELDS['queue.userRunning'],
      address: FIELDS['queue.address'],
      site: FIELDS['queue.site'],
    })
    .prefault({}),
  placement: z
    .strictObject({
      strategy: FIELDS['placement.strategy'],
      weights: FIELDS['placement.weights'],
    })
    .prefault({}),
  scaling: z
    .strictObject({
      slots: FIELDS['scaling.slots'],
      mostSlots: FIELDS['scaling.mostSlots'],
      hosts: FIELDS['scaling.hosts'],
      spares: FIELDS['scaling.spares'],
    })
    .prefault({}),
  lan: z
    .strictObject({
      open: FIELDS['lan.open'],
      host: FIELDS['lan.host'],
      port: FIELDS['lan.port'],
    })
    .nullable()
    .default(null)
    // Left out, the door waits until it is needed; given, it is open unless it says otherwise.
    .transform((given) => given ?? { open: false, host: '0.0.0.0', port: 8_443 }),
  backups: z
    .strictObject({ every: FIELDS['backups.every'], keep: FIELDS['backups.keep'] })
    .prefault({}),
  github: z
    .strictObject({
      host: FIELDS['github.host'],
      clientId: FIELDS['github.clientId'],
      pulls: FIELDS['github.pulls'],
      merge: FIELDS['github.merge'],
      mergeMethod: FIELDS['github.mergeMethod'],
      labels: FIELDS['github.labels'],
      comments: FIELDS['github.comments'],
      sessionIssues: FIELDS['github.sessionIssues'],
      pollSeconds: FIELDS['github.pollSeconds'],
      /** A list, so no single setting: changed as a whole, by `github.set_rules`. */
      rules: GitHubRules.default([]),
    })
    .prefault({}),
});
export type Settings = z.infer<typeof Settings>;

export type SettingKey = keyof typeof FIELDS;
export const SettingValue = z.union([z.string(), z.number(), z.boolean(), z.null()]);
export type SettingValue = z.infer<typeof SettingValue>;

export const SETTING_SECTIONS = ['workshop', 'network', 'engines', 'github', 'backups'] as const;
export type SettingSection = (typeof SETTING_SECTIONS)[number];

export interface SettingInfo {
  readonly section: SettingSection;
  /** What it is written as; durations and sizes are kept in ms and bytes. */
  readonly kind: 'text' | 'switch' | 'count' | 'seconds' | 'minutes' | 'megabytes' | 'hours';
  /** When a change takes hold: at once, with the next attempt, or when the coordinator starts. */
  readonly takes: 'now' | 'attempt' | 'restart';
  /** The words that it may be, where it is one of a few. */
  readonly choices?: readonly string[];
}

/** Every setting, in the order in which people read them. */
export const SETTINGS: Readonly<Record<SettingKey, SettingInfo>> = {
  'workshop.name': { section: 'workshop', kind: 'text', takes: 'now' },
  'agents.count': { section: 'workshop', kind: 'count', takes: 'restart' },
  'agents.slots': { section: 'workshop', kind: 'count', takes: 'restart' },
  'limits.checkpointMs': { section: 'workshop', kind: 'seconds', takes: 'attempt' },
  'limits.setupMs': { section: 'workshop', kind: 'minutes', takes: 'attempt' },
  'limits.testMs': { section: 'workshop', kind: 'minutes', takes: 'attempt' },
  'queue.most': { section: 'workshop', kind: 'count', takes: 'now' },
  'queue.userWaiting': { section: 'workshop', kind: 'count', takes: 'now' },
  'queue.userRunning': { section: 'workshop', kind: 'count', takes: 'now' },
  'queue.address': { section: 'workshop', kind: 'text', takes: 'restart' },
  'queue.site': { section: 'workshop', kind: 'text', takes: 'restart' },
  'placement.strategy': choice('workshop', STRATEGIES),
  'placement.weights': { section: 'workshop', kind: 'text', takes: 'now' },
  'scaling.slots': { section: 'workshop', kind: 'switch', takes: 'now' },
  'scaling.mostSlots': { section: 'workshop', kind: 'count', takes: 'now' },
  'scaling.hosts': { section: 'workshop', kind: 'switch', takes: 'now' },
  'scaling.spares': { section: 'workshop', kind: 'text', takes: 'now' },
  'lan.open': { section: 'network', kind: 'switch', takes: 'restart' },
  'lan.host': { section: 'network', kind: 'text', takes: 'restart' },
  'lan.port': { section: 'network', kind: 'count', takes: 'restart' },
  'engines.order': { section: 'engines', kind: 'text', takes: 'now' },
  'engines.bySpecialty': { section: 'engines', kind: 'text', takes: 'now' },
  'engines.cheapFor': { section: 'engines', kind: 'text', takes: 'now' },
  'engines.model': { section: 'engines', kind: 'text', takes: 'now' },
  'analysis.model': { section: 'engines', kind: 'text', takes: 'now' },
  'analysis.dayDollars': { section: 'engines', kind: 'count', takes: 'now' },
  'limits.engineMs': { section: 'engines', kind: 'minutes', takes: 'attempt' },
  'limits.engineIdleMs': { section: 'engines', kind: 'minutes', takes: 'attempt' },
  'limits.outputBytes': { section: 'engines', kind: 'megabytes', takes: 'attempt' },
  'budgets.taskDollars': { section: 'engines', kind: 'count', takes: 'now' },
  'budgets.taskTokens': { section: 'engines', kind: 'count', takes: 'now' },
  'budgets.repositoryDollars': { section: 'engines', kind: 'count', takes: 'now' },
  'budgets.repositoryTokens': { section: 'engines', kind: 'count', takes: 'now' },
  'budgets.dayDollars': { section: 'engines', kind: 'count', takes: 'now' },
  'budgets.dayTokens': { section: 'engines', kind: 'count', takes: 'now' },
  'github.host': { section: 'github', kind: 'text', takes: 'now' },
  'github.clientId': { section: 'github', kind: 'text', takes: 'now' },
  'github.pulls': choice('github', ['ready', 'draft']),
  'github.merge': choice('github', ['by_hand', 'auto']),
  'github.mergeMethod': choice('github', ['squash', 'merge', 'rebase']),
  'github.labels': { section: 'github', kind: 'text', takes: 'now' },
  'github.comments': { section: 'github', kind: 'switch', takes: 'now' },
  'github.sessionIssues': { section: 'github', kind: 'text', takes: 'now' },
  'github.pollSeconds': { section: 'github', kind: 'count', takes: 'now' },
  'backups.every': { section: 'backups', kind: 'hours', takes: 'now' },
  'backups.keep': { section: 'backups', kind: 'count', takes: 'now' },
};

function choice(section: SettingSection, choices: readonly string[]): SettingInfo {
  return { section, kind: 'text', takes: 'now', choices };
}

export const SettingKey = z.enum(
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Object.keys widens to string[]; the table is the source of the union
  Object.keys(FIELDS) as [SettingKey, ...SettingKey[]],
);

/** One unit of a kind, in what is kept. */
export const UNITS: Readonly<Record<SettingInfo['kind'], number>> = {
  text: 1,
  switch: 1,
  count: 1,
  hours: 1,
  seconds: SECOND,
  minutes: MINUTE,
  megabytes: MEGABYTE,
};

/** Where a setting stands in the document. */
export function pathOfSetting(key: SettingKey): readonly [string, string] {
  const [group = '', name = ''] = key.split('.');
  return [group, name];
}

export function settingOf(settings: Settings, key: SettingKey): SettingValue {
  const [group, name] = pathOfSetting(key);
  const all: Readonly<Record<string, Readonly<Record<string, unknown>>>> = settings;
  return SettingValue.parse(all[group]?.[name] ?? null);
}

/** What is wrong with a value, as the schema sees it; `null`: nothing. */
export function mistakeIn(key: SettingKey, value: unknown): z.core.$ZodIssue | null {
  const parsed = FIELDS[key].safeParse(value);
  return parsed.success ? null : (parsed.error.issues[0] ?? null);
}
