/** What an engine is told: the task, what is known about the repository, what people said before, and the rules. */
import type { AttemptSpec } from '../shared/protocol/agent.ts';
import type { Analysis } from './analyse.ts';

/** @param patch file with what an earlier attempt changed */
export function promptFor(spec: AttemptSpec, analysis: Analysis, patch: string | null): string {
  const parts = [
    `# ${spec.title}`,
    spec.body.trim(),
    feedbackPart(spec),
    failurePart(spec),
    workPart(spec, patch),
    repositoryPart(spec, analysis),
    rulesPart(analysis),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function feedbackPart({ feedback }: AttemptSpec): string {
  if (feedback.length === 0) return '';
  const comments = feedback.map(
    ({ by, comment }) => `- ${by}: ${comment.trim().replaceAll('\n', '\n  ')}`,
  );
  return `## What people said about the earlier attempt (heed it)\n\n${comments.join('\n')}`;
}

function failurePart({ lastFailure }: AttemptSpec): string {
  if (lastFailure === null) return '';
  return `## Why the last attempt failed\n\n${lastFailure.trim()}`;
}

function workPart({ work }: AttemptSpec, patch: string | null): string {
  if (work === null) return '';
  if (patch !== null) {
    const how =
      work.use === 'continue'
        ? 'An earlier attempt was interrupted, and the branch has changed since, so that its work does not fit as it is.'
        : 'Use what is good of it, and do not repeat what made it fail.';
    return `## What the last attempt changed\n\n${how} It is not in the tree; read it as a patch: ${patch}`;
  }
  if (work.use === 'context') return '';
  return `## Work in progress\n\nAn earlier attempt was interrupted. What it had done until then lies in the work tree as uncommitted changes (\`git status\` and \`git diff\` show it): look at it first, and go on from there.`;
}

function repositoryPart({ repo, branch }: AttemptSpec, { files, languages }: Analysis): string {
  const facts = [
    `- ${files} files${languages.length > 0 ? `; ${languages.slice(0, 5).join(', ')}` : ''}`,
  ];
  facts.push(`- branch ${branch}, made from ${repo.startFrom ?? repo.base}`);
  if (repo.startFrom !== null)
    facts.push('- it holds the change of the earlier attempt: go on from there');
  return `## The repository\n\n${facts.join('\n')}`;
}

function rulesPart({ plan }: Analysis): string {
  const rules = [
    'Work in the current directory only; it is a git repository made for this task.',
    'Change the files as the task asks, and nothing else. Do not push, and do not switch branches; committing is done for you.',
    'Nobody answers questions: where something is open, choose what serves the task best.',
    plan
      ? `These tests must pass when you are done: \`${plan.test}\``
      : 'There are no tests; add some if the task calls for it.',
  ];
  return `## Rules\n\n${rules.map((rule) => `- ${rule}`).join('\n')}`;
}
