/** How GitHub's GraphQL shows a pull request, and what of that a task keeps. Pure. */
import { z } from 'zod';
import {
  MOST_CHECKS,
  type PullCheck,
  type PullRequest,
} from '../../../../../shared/domain/pull.ts';
import { cleanLine } from '../../../../../shared/text.ts';
import type { ReviewSeen } from './feedback.ts';

export const PULL_FIELDS = `
fragment PullFields on PullRequest {
  id number url state isDraft headRefName headRefOid baseRefName
  mergeable mergeStateStatus reviewDecision
  mergedBy { login }
  mergeCommit { oid }
  autoMergeRequest { enabledAt }
  isMergeQueueEnabled
  mergeQueueEntry { id }
  recent: commits(last: 30) { nodes { commit { oid } } }
  tip: commits(last: 1) { nodes { commit { statusCheckRollup { state contexts(first: ${MOST_CHECKS}) { nodes {
    __typename
    ... on CheckRun { name status conclusion detailsUrl }
    ... on StatusContext { context state targetUrl }
  } } } } } }
  reviews(last: 20) { nodes { databaseId state body url authorAssociation author { login } } }
}`;

/** GraphQL leaves out nothing that was asked for, but others may. */
function orNull<T>(schema: z.ZodType<T>) {
  return schema.nullish().transform((value) => value ?? null);
}

const Login = z.object({ login: z.string() }).nullish();
const Context = z.discriminatedUnion('__typename', [
  z.object({
    __typename: z.literal('CheckRun'),
    name: z.string(),
    status: z.string(),
    conclusion: z.string().nullish(),
    detailsUrl: z.string().nullish(),
  }),
  z.object({
    __typename: z.literal('StatusContext'),
    context: z.string(),
    state: z.string(),
    targetUrl: z.string().nullish(),
  }),
]);
type Context = z.infer<typeof Context>;

const Rollup = z.object({
  state: z.string(),
  contexts: z.object({ nodes: z.array(Context.nullish()).nullish() }),
});
const ReviewNode = z.object({
  databaseId: orNull(z.number()),
  state: z.enum(['APPROVED', 'CHANGES_REQUESTED', 'COMMENTED', 'DISMISSED', 'PENDING']),
  body: z.string(),
  url: z.string(),
  authorAssociation: z.string(),
  author: Login,
});

export const PullNode = z.object({
  id: z.string(),
  number: z.number(),
  url: z.string(),
  state: z.enum(['OPEN', 'CLOSED', 'MERGED']),
  isDraft: z.boolean(),
  headRefName: z.string(),
  headRefOid: z.string(),
  baseRefName: z.string(),
  mergeable: z.string(),
  mergeStateStatus: z.string(),
  reviewDecision: z.string().nullish(),
  mergedBy: Login,
  mergeCommit: z.object({ oid: z.string() }).nullish(),
  autoMergeRequest: orNull(z.object({ enabledAt: z.string().nullish() })),
  isMergeQueueEnabled: z.boolean(),
  mergeQueueEntry: orNull(z.object({ id: z.string() })),
  recent: z.object({
    nodes: z.array(z.object({ commit: z.object({ oid: z.string() }) }).nullish()).nullish(),
  }),
  tip: z.object({
    nodes: z
      .array(z.object({ commit: z.object({ statusCheckRollup: Rollup.nullish() }) }).nullish())
      .nullish(),
  }),
  reviews: z.object({ nodes: z.array(ReviewNode.nullish()).nullish() }).nullish(),
});
export type PullNode = z.infer<typeof PullNode>;

export interface Sighting {
  readonly pull: PullRequest;
  /** GraphQL's id. */
  readonly nodeId: string;
  /** Its base is merged into by a queue only. */
  readonly hasQueue: boolean;
  readonly isQueued: boolean;
  /** Commits of it, the newest. */
  readonly commits: readonly string[];
  readonly reviews: readonly ReviewSeen[];
}

/** @param repo as GitHub names it now @param endedBy who closed it, where that is known */
export function sightingOf(node: PullNode, repo: string, endedBy: string | null): Sighting {
  const rollup = node.tip.nodes?.[0]?.commit.statusCheckRollup ?? null;
  const isQueued = node.mergeQueueEntry !== null;
  const pull: PullRequest = {
    repo,
    number: node.number,
    url: node.url,
    branch: node.headRefName,
    base: node.baseRefName,
    state: node.state === 'OPEN' ? 'open' : node.state === 'MERGED' ? 'merged' : 'closed',
    isDraft: node.isDraft,
    headCommit: node.headRefOid,
    checks: rollup === null ? 'none' : checksOf(rollup.state),
    checkRuns: (rollup?.contexts.nodes ?? []).flatMap((one) => (one ? [checkOf(one)] : [])),
    review: reviewOf(node.reviewDecision ?? null),
    mergeable: mergeableOf(node),
    autoMerge: isQueued || node.autoMergeRequest !== null,
    mergeCommit: node.state === 'MERGED' ? (node.mergeCommit?.oid ?? null) : null,
    endedBy: node.state === 'MERGED' ? (node.mergedBy?.login ?? endedBy) : endedBy,
  };
  const commits = (node.recent.nodes ?? []).flatMap((one) => (one ? [one.commit.oid] : []));
  const reviews = (node.reviews?.nodes ?? []).flatMap((one) =>
    one ? (reviewSeen(one) ?? []) : [],
  );
  return { pull, nodeId: node.id, hasQueue: node.isMergeQueueEnabled, isQueued, commits, reviews };
}

function reviewSeen(node: z.infer<typeof ReviewNode>): ReviewSeen | null {
  const { databaseId, state, body, url, author, authorAssociation: association } = node;
  if (databaseId === null) return null;
  return { id: databaseId, state, body, url, association, author: author?.login ?? null };
}

function checksOf(state: string): PullRequest['checks'] {
  if (state === 'SUCCESS') return 'passed';
  return state === 'FAILURE' || state === 'ERROR' ? 'failed' : 'pending';
}

function checkOf(context: Context): PullCheck {
  if (context.__typename === 'StatusContext') {
    const { context: name, state, targetUrl } = context;
    return { name: nameOf(name), state: stateOf(state), url: targetUrl ?? null };
  }
  const { name, status, conclusion, detailsUrl } = context;
  const state = status === 'COMPLETED' ? stateOf(conclusion ?? '') : 'pending';
  return { name: nameOf(name), state, url: detailsUrl ?? null };
}

function stateOf(word: string): PullCheck['state'] {
  if (['SUCCESS', 'NEUTRAL', 'SKIPPED'].includes(word)) return 'passed';
  return ['PENDING', 'EXPECTED', 'STALE', ''].includes(word) ? 'pending' : 'failed';
}

function nameOf(text: string): string {
  return cleanLine(text, 200) || 'check';
}

function reviewOf(decision: string | null): PullRequest['review'] {
  if (decision === 'APPROVED') return 'approved';
  if (decision === 'CHANGES_REQUESTED') return 'changes_requested';
  return decision === 'REVIEW_REQUIRED' ? 'required' : 'none';
}

function mergeableOf({
  mergeable,
  mergeStateStatus: status,
  state,
}: PullNode): PullRequest['mergeable'] {
  if (state !== 'OPEN') return 'unknown';
  if (mergeable === 'CONFLICTING' || status === 'DIRTY') return 'conflict';
  if (mergeable === 'UNKNOWN' || status === 'UNKNOWN') return 'unknown';
  if (status === 'BEHIND') return 'behind';
  return status === 'BLOCKED' ? 'blocked' : 'clean';
}
