/**
 * What a delivery of a webhook tells: which issue, pull request or repository is not as it was. Nothing else of it is believed,
 * so that a delivery that comes late, twice or in another order does no harm. Pure.
 */
import { z } from 'zod';
import { issueKeyOf, repoKeyIn, repoKeyOf } from './keys.ts';

/** One thing that is to be looked at again. */
export type Fact =
  | { readonly kind: 'issue' | 'pull'; readonly url: string }
  /** The checks of a commit. */
  | { readonly kind: 'commit'; readonly repo: string; readonly commit: string }
  /** All that is known of it; `was`: the name it had before. */
  | { readonly kind: 'repo'; readonly repo: string; readonly was: string | null };

export type Told =
  | { readonly repo: string; readonly facts: readonly Fact[] }
  | { readonly ignored: string };

const Numbered = z.object({
  number: z.int().min(1),
  html_url: z.string().max(2_000).optional(),
  pull_request: z.unknown().optional(),
});
const Suite = z.object({
  head_sha: z.string().max(100),
  pull_requests: z.array(z.object({ number: z.int().min(1) })).default([]),
});
const Login = z.object({ login: z.string() });

const Payload = z.object({
  action: z.string().max(100).optional(),
  repository: z.object({ html_url: z.string().max(2_000) }).optional(),
  issue: Numbered.optional(),
  pull_request: Numbered.optional(),
  parent_issue: Numbered.optional(),
  sub_issue: Numbered.optional(),
  blocked_issue: Numbered.optional(),
  blocking_issue: Numbered.optional(),
  check_run: Suite.optional(),
  check_suite: Suite.optional(),
  sha: z.string().max(100).optional(),
  changes: z
    .object({
      repository: z.object({ name: z.object({ from: z.string() }).optional() }).optional(),
      owner: z
        .object({
          from: z.object({ user: Login.nullish(), organization: Login.nullish() }).optional(),
        })
        .optional(),
      new_issue: Numbered.nullish(),
    })
    .nullish(),
});
type Payload = z.infer<typeof Payload>;

type Reader = (payload: Payload, repo: string) => Fact[];

const ISSUES: Reader = (payload) =>
  [
    payload.issue,
    payload.parent_issue,
    payload.sub_issue,
    payload.blocked_issue,
    payload.blocking_issue,
    payload.changes?.new_issue,
  ].flatMap((one) => numbered(one));

const PULLS: Reader = ({ pull_request: pull }) => numbered(pull, true);

const CHECKS: Reader = ({ check_run: run, check_suite: suite, sha }, repo) => {
  const commit = run?.head_sha ?? suite?.head_sha ?? sha;
  return commit === undefined ? [] : [{ kind: 'commit', repo, commit }];
};

const WHOLE: Reader = (payload, repo) => [{ kind: 'repo', repo, was: nameBefore(payload, repo) }];

const READERS: Readonly<Record<string, Reader>> = {
  issues: ISSUES,
  issue_comment: ISSUES,
  sub_issues: ISSUES,
  issue_dependencies: ISSUES,
  pull_request: PULLS,
  pull_request_review: PULLS,
  pull_request_review_comment: PULLS,
  pull_request_review_thread: PULLS,
  check_run: CHECKS,
  check_suite: CHECKS,
  status: CHECKS,
  // What a label is called stands on every issue that has it.
  label: WHOLE,
  repository: WHOLE,
};

/** What a hook is asked to tell. */
export const HOOK_EVENTS: readonly string[] = [
  'issues',
  'issue_comment',
  'pull_request',
  'pull_request_review',
  'pull_request_review_comment',
  'pull_request_review_thread',
  'check_run',
  'check_suite',
  'status',
  'label',
  'repository',
];

/** True for events whose payload says something to us: of others not even the payload is kept. */
export function isFollowed(event: string): boolean {
  return Object.hasOwn(READERS, event);
}

/** @param payload JSON as it came, of a delivery whose signature was right */
export function toldBy(event: string, payload: unknown): Told {
  const read = Object.hasOwn(READERS, event) ? READERS[event] : undefined;
  if (!read) return { ignored: `Koubou does not follow ${event}` };
  const parsed = Payload.safeParse(payload);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return {
      ignored: `${event} has another shape than GitHub describes: ${issue?.path.join('.') ?? ''}`,
    };
  }
  const repo = repoKeyIn(parsed.data.repository?.html_url ?? '');
  if (repo === null) return { ignored: `this ${event} is of no repository` };
  const facts = read(parsed.data, repo);
  return facts.length > 0 ? { repo, facts } : { ignored: `this ${event} names nothing to look at` };
}

function numbered(one: z.infer<typeof Numbered> | null | undefined, isPull = false): Fact[] {
  const url = one?.html_url;
  if (!one || url === undefined || issueKeyOf(url) === null) return [];
  const hasPull = isPull || (one.pull_request !== undefined && one.pull_request !== null);
  return [{ kind: hasPull ? 'pull' : 'issue', url }];
}

function nameBefore({ action, changes }: Payload, repo: string): string | null {
  const [host = '', owner = '', name = ''] = repo.split('/');
  const from = changes?.owner?.from;
  const oldOwner = from?.user?.login ?? from?.organization?.login ?? owner;
  const oldName = changes?.repository?.name?.from ?? name;
  if (action !== 'renamed' && action !== 'transferred') return null;
  const was = repoKeyOf({ host, owner: oldOwner, repo: oldName });
  return was === repo ? null : was;
}
