/** The pull request of a change: looked up by its branch, opened when there is none, and kept in words with what was done last. */
import { z } from 'zod';
import { fail, ok, type Result } from '../../../../../shared/result.ts';
import type { RouteData } from '../api/port.ts';
import type { GitHubProblem } from '../api/problem.ts';
import type { At, Changed } from './deps.ts';
import { isOurs } from '../marker.ts';
import { hashOf } from './records.ts';

export interface PullOrder {
  readonly task: Changed;
  readonly title: string;
  readonly body: string;
  readonly isDraft: boolean;
  /** Hash of the body that was written last; `null`: nothing that is known. */
  readonly written: string | null;
}

export interface Opened {
  readonly number: number;
  /** Hash of the body that stands there now. */
  readonly body: string;
}

type Listed = RouteData<'GET /repos/{owner}/{repo}/pulls'>[number];

export async function ensurePull(at: At, order: PullOrder): Promise<Result<Opened, GitHubProblem>> {
  const hash = hashOf(order.body);
  const known = order.task.pull;
  // What is known to be open and to say this needs no look.
  if (
    known?.state === 'open' &&
    known.branch === order.task.change.branch &&
    order.written === hash
  )
    return ok({ number: known.number, body: hash });
  const found = await find(at, order);
  if (!found.ok) return found;
  if (found.value) return await keepWords(at, order, found.value);
  const made = await make(at, order, order.isDraft);
  if (made.ok) return ok({ number: made.value, body: hash });
  if (made.error.code !== 'invalid') return made;
  // Made just before a crash, or where drafts are not to be had.
  const words = JSON.stringify([made.error.said, made.error.fields]);
  if (/already exists/i.test(words)) {
    const again = await find(at, order);
    return again.ok && again.value ? await keepWords(at, order, again.value) : made;
  }
  if (!order.isDraft || !/draft/i.test(words)) return made;
  const ready = await make(at, order, false);
  return ready.ok ? ok({ number: ready.value, body: hash }) : ready;
}

/** The open one of the branch; else one that ended with this very change. */
async function find(
  { client, place }: At,
  { task }: PullOrder,
): Promise<Result<Listed | null, GitHubProblem>> {
  const { owner, repo } = place;
  const { branch, commit } = task.change;
  const order = { state: 'all', sort: 'updated', direction: 'desc', per_page: 20 } as const;
  const query = { owner, repo, head: `${owner}:${branch}`, ...order };
  const listed = await client.rest('GET /repos/{owner}/{repo}/pulls', query, {
    isFresh: true,
    isUrgent: true,
  });
  if (!listed.ok) return listed;
  const ours = listed.value.data.filter(({ head }) => head.ref === branch);
  const open = ours.find(({ state }) => state === 'open');
  return ok(open ?? ours.find(({ head }) => head.sha === commit) ?? null);
}

/** A person who wrote another body keeps it: then our mark is gone from it. */
async function keepWords(
  { client, place }: At,
  { body }: PullOrder,
  found: Listed,
): Promise<Result<Opened, GitHubProblem>> {
  const hash = hashOf(body);
  const { number } = found;
  const said = (found.body ?? '').replaceAll('\r\n', '\n');
  if (found.state !== 'open' || said === body || !isOurs(said)) return ok({ number, body: hash });
  const { owner, repo } = place;
  const edited = await client.rest(
    'PATCH /repos/{owner}/{repo}/pulls/{pull_number}',
    { owner, repo, pull_number: number, body },
    { marker: `body ${hash}`, isUrgent: true },
  );
  return edited.ok ? ok({ number, body: hash }) : edited;
}

async function make(
  { client, place }: At,
  { task, title, body }: PullOrder,
  draft: boolean,
): Promise<Result<number, GitHubProblem>> {
  const { owner, repo } = place;
  const { branch: head, base } = task.change;
  const made = await client.rest(
    'POST /repos/{owner}/{repo}/pulls',
    { owner, repo, title, body, head, base, draft },
    // A second one of the branch is refused, and then found.
    { marker: head, isUrgent: true },
  );
  if (!made.ok) return made;
  const number = z.int().min(1).safeParse(made.value.data.number);
  return number.success ? ok(number.data) : fail(unreadable());
}

function unreadable(): GitHubProblem {
  const rest = { retryAt: null, status: 201, said: null, fields: [], give: null };
  return {
    ...rest,
    code: 'not_github',
    message: 'GitHub opened a pull request without a number',
    mayHaveActed: true,
  };
}
