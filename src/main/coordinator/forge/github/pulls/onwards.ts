/**
 * From the pull request to the merge: what reviewers ask for goes back to an agent, what others pushed is kept, conflicts are
 * put together or handed back, and what was approved is merged. One thing at a time; the next look does the next.
 */
import { ok } from '../../../../../shared/result.ts';
import { cleanLine } from '../../../../../shared/text.ts';
import { answerReviewers } from './answers.ts';
import { fetchBranch, mergeBase, moveMirror } from './branch.ts';
import { gitUrl, isCurrent } from './bring.ts';
import { conflictWords, helpWords, MOST_TIMES, timesSentBack } from './conflicts.ts';
import type { DeliveryDeps } from './delivery-deps.ts';
import type { At, Changed, Done, Round } from './deps.ts';
import { carryOut, holdBack } from './merging.ts';
import { nextStep } from './next-step.ts';
import { refuse, submit } from './report.ts';
import type { RepoRules } from './repo-rules.ts';
import { openReview, type Taken } from './reviews.ts';
import type { Sighting } from './sighting.ts';

interface Standing {
  readonly sighting: Sighting;
  readonly rules: RepoRules;
}

export async function onwards(
  at: At,
  task: Changed,
  standing: Standing,
  deps: DeliveryDeps,
): Done<Round> {
  const { sighting } = standing;
  const reviewed = await takeReview(at, task, sighting, deps);
  if (!reviewed.ok) return reviewed;
  if (reviewed.value) return ok('done');
  const kept = await keepOthers(at, task, sighting, deps);
  if (!kept.ok) return kept;
  const answered = await answer(at, task, sighting, deps);
  return answered.ok ? await step(at, task, standing, deps) : answered;
}

async function answer(at: At, task: Changed, sighting: Sighting, deps: DeliveryDeps): Done<null> {
  const { records, workshop } = deps;
  const { nodeId, reviews, pull } = sighting;
  const { commit } = task.change;
  if (pull.state !== 'open' || records.of(task.id).answered === commit) return ok(null);
  const answered = await answerReviewers(at, { task, nodeId, reviews, workshop });
  if (answered.ok) records.change(task.id, { answered: commit });
  return answered;
}

async function step(
  at: At,
  task: Changed,
  { sighting, rules }: Standing,
  deps: DeliveryDeps,
): Done<Round> {
  const { settings, onTrouble, journal } = deps;
  const isRequested = task.merge?.state === 'requested';
  const { hasQueue, pull } = sighting;
  const isAuto = settings().merge === 'auto';
  const next = nextStep({ pull, isRequested, isAuto, hasQueue, allowsAuto: rules.allowsAuto });
  if (next.kind === 'wait' || !isCurrent(journal, task)) {
    onTrouble(task.id, null);
    return ok('done');
  }
  if (next.kind === 'resolve_conflict') return await resolveConflict(at, task, sighting, deps);
  onTrouble(task.id, null);
  if (next.kind === 'refuse') {
    const held = await holdBack(at, sighting);
    return held.ok ? await refuse(task, next.code, next.message, [], deps) : held;
  }
  if (next.kind === 'merge' && !isRequested) return await approveByRule(task, deps);
  // Asked again at the start of the next round.
  if (!deps.stillMay(task.id)) return ok('again');
  const stepped = await carryOut(at, next, sighting, rules);
  if (!stepped.ok) return stepped;
  if (stepped.value.kind !== 'refused')
    return ok(stepped.value.kind === 'again' ? 'again' : 'done');
  const { code, message } = stepped.value;
  if (!isRequested) onTrouble(task.id, message);
  return await refuse(task, code, message, [], deps);
}

/**
 * From here on nobody can cancel the task under the merge. What was refused once is not asked again by itself: a person
 * approves it when the reason is gone.
 */
async function approveByRule(task: Changed, deps: DeliveryDeps): Done<Round> {
  if (task.merge?.state === 'refused') {
    deps.onTrouble(task.id, task.merge.message);
    return ok('done');
  }
  const approved = await submit({ type: 'task.approve', taskId: task.id }, 'forge', deps);
  return approved.ok ? ok('again') : approved;
}

/** @returns true when the task was sent back */
async function takeReview(
  at: At,
  task: Changed,
  sighting: Sighting,
  deps: DeliveryDeps,
): Done<boolean> {
  const { records, journal } = deps;
  if (sighting.pull.state !== 'open') return ok(false);
  const known = records.of(task.id).reviews;
  const found = await openReview(at, task, sighting.reviews, known);
  if (!found.ok) return found;
  const { taken, idle } = found.value;
  if (idle.length > 0) records.change(task.id, { reviews: [...known, ...idle] });
  if (!taken || !isCurrent(journal, task)) return ok(false);
  const sent = await handBack(at, task, sighting, taken, deps);
  return sent.ok ? ok(true) : sent;
}

async function handBack(
  at: At,
  task: Changed,
  sighting: Sighting,
  { review, comment, comments }: Taken,
  deps: DeliveryDeps,
): Done<null> {
  // Nothing may merge it while it is being changed.
  const held = await holdBack(at, sighting);
  if (!held.ok) return held;
  const who = cleanLine(review.author ?? 'somebody', 100);
  const words = `${who} asked for changes at GitHub, so that it was not merged: ${review.url}`;
  const refused = await refuse(task, 'changes_requested', words, [], deps);
  if (!refused.ok) return refused;
  const kept = await keepOthers(at, task, sighting, deps);
  if (!kept.ok) return kept;
  const order = { type: 'task.send_back', taskId: task.id, comment, comments } as const;
  return await submit(order, `github:${who}`, deps);
}

/** Lets further attempts start from what others pushed on top of the change. */
async function keepOthers(
  at: At,
  task: Changed,
  { pull }: Sighting,
  deps: DeliveryDeps,
): Done<null> {
  const { records, mirrorOf, git, clock } = deps;
  const { commit, branch } = task.change;
  const { head } = records.of(task.id);
  const mirror = mirrorOf(task.repo.url);
  const isOurs = pull.headCommit === commit || pull.headCommit === head;
  if (isOurs || pull.state !== 'open' || pull.holds !== commit || mirror === undefined)
    return ok(null);
  const fetched = await fetchBranch({ mirror, url: gitUrl(at), branch, now: clock.now() }, git);
  if (!fetched.ok || fetched.value === null) return fetched.ok ? ok(null) : fetched;
  await moveMirror({ mirror, branch }, fetched.value, head ?? commit, git);
  records.change(task.id, { head: fetched.value });
  return ok(null);
}

async function resolveConflict(
  at: At,
  task: Changed,
  { pull }: Sighting,
  deps: DeliveryDeps,
): Done<Round> {
  const { mirrorOf, git, clock, records } = deps;
  const mirror = mirrorOf(task.repo.url);
  if (mirror === undefined) return ok('done');
  const { branch, base, commit } = task.change;
  const order = { mirror, url: gitUrl(at), branch, base, head: pull.headCommit, now: clock.now() };
  const merged = await mergeBase(order, git);
  if (!merged.ok) return merged;
  if ('files' in merged.value) return await sendBackConflict(task, base, merged.value.files, deps);
  const { head } = merged.value;
  // GitHub has not noticed yet that there is none.
  if (head === pull.headCommit) return ok('done');
  await moveMirror({ mirror, branch }, head, records.of(task.id).head ?? commit, git);
  records.change(task.id, { head });
  return ok('again');
}

export async function sendBackConflict(
  task: Changed,
  other: string,
  files: readonly string[],
  deps: DeliveryDeps,
): Done<Round> {
  const help = helpWords(other, files);
  const isEnough = timesSentBack(task) >= MOST_TIMES;
  const words = isEnough
    ? help
    : `${task.change.branch} is in conflict with ${other}; an agent is to put them together`;
  const refused = await refuse(task, 'conflict', words, files, deps);
  if (!refused.ok) return refused;
  if (isEnough) {
    deps.onTrouble(task.id, help);
    return ok('done');
  }
  const comment = conflictWords(other, files);
  const sent = await submit({ type: 'task.send_back', taskId: task.id, comment }, 'forge', deps);
  return sent.ok ? ok('done') : sent;
}
