/** Every change of issues, comments and labels, whoever makes it: the record changes and the hooks are told. */
import { invalid } from '../answer.ts';
import { type Context } from '../context.ts';
import {
  type Comment,
  type Issue,
  type Label,
  type Milestone,
  type Repo,
  type User,
} from '../model.ts';
import { commentShape, issueShape, labelShape, type Shape, userShape } from '../shapes/basic.ts';
import { pullShape, type PullIssue } from '../shapes/pull.ts';
import { repoNamed, userNamed } from '../world.ts';

export interface NewIssue {
  title: string;
  body?: string | null;
  labels?: string[];
  assignees?: string[];
  milestone?: number | null;
}

export function createIssue(context: Context, repo: Repo, author: User, given: NewIssue): Issue {
  const issue = addIssue(context, repo, author, given);
  tellIssue(context, issue, 'opened', author);
  for (const label of issue.labels) tellLabel(context, issue, 'labeled', label, author);
  return issue;
}

/** The record alone, for issues and for pull requests, which share one row of numbers. */
export function addIssue(context: Context, repo: Repo, author: User, given: NewIssue): Issue {
  const { world } = context;
  if (given.title.trim() === '') {
    throw invalid({ resource: 'Issue', field: 'title', code: 'missing_field' });
  }
  const now = world.now();
  repo.lastNumber += 1;
  const issue: Issue = {
    id: world.nextId(),
    repo,
    number: repo.lastNumber,
    title: given.title,
    body: given.body ?? null,
    state: 'open',
    stateReason: null,
    author,
    labels: (given.labels ?? []).map((name) => labelNamed(context, repo, name, author)),
    assignees: (given.assignees ?? []).map((login) => userNamed(world, login)),
    milestone: milestoneNumbered(repo, given.milestone ?? null),
    comments: [],
    mentionedBy: [],
    createdAt: now,
    updatedAt: now,
    closedAt: null,
    closedBy: null,
    pull: null,
  };
  repo.issues.set(issue.number, issue);
  noteMentions(context, issue, issue.body);
  return issue;
}

export interface IssueEdit {
  title?: string;
  body?: string | null;
  state?: 'open' | 'closed';
  stateReason?: Issue['stateReason'];
  labels?: string[];
  assignees?: string[];
  milestone?: number | null;
}

export function editIssue(context: Context, issue: Issue, by: User, edit: IssueEdit): void {
  const changes: Shape = {};
  if (edit.title !== undefined && edit.title !== issue.title) {
    changes['title'] = { from: issue.title };
    issue.title = edit.title;
  }
  if (edit.body !== undefined && edit.body !== issue.body) {
    changes['body'] = { from: issue.body ?? '' };
    issue.body = edit.body;
    noteMentions(context, issue, edit.body);
  }
  if (Object.keys(changes).length > 0) {
    touch(context, issue);
    tellIssue(context, issue, 'edited', by, { changes });
  }
  if (edit.labels) setLabels(context, issue, edit.labels, by);
  if (edit.assignees) setAssignees(context, issue, edit.assignees, by);
  if (edit.milestone !== undefined) {
    issue.milestone = milestoneNumbered(issue.repo, edit.milestone);
    touch(context, issue);
  }
  if (edit.state && edit.state !== issue.state)
    setState(context, issue, edit.state, by, edit.stateReason);
}

export function setState(
  context: Context,
  issue: Issue,
  state: 'open' | 'closed',
  by: User,
  reason: Issue['stateReason'] = null,
): void {
  const isClosed = state === 'closed';
  issue.state = state;
  issue.closedAt = isClosed ? context.world.now() : null;
  issue.closedBy = isClosed ? by : null;
  if (!issue.pull) issue.stateReason = isClosed ? (reason ?? 'completed') : 'reopened';
  touch(context, issue);
  tellIssue(context, issue, isClosed ? 'closed' : 'reopened', by);
}

export function addComment(context: Context, issue: Issue, author: User, body: string): Comment {
  const { world } = context;
  const now = world.now();
  const comment = { id: world.nextId(), issue, author, body, createdAt: now, updatedAt: now };
  issue.comments.push(comment);
  touch(context, issue);
  noteMentions(context, issue, body);
  tellComment(context, comment, 'created', author);
  return comment;
}

export function editComment(context: Context, comment: Comment, by: User, body: string): void {
  const from = comment.body;
  comment.body = body;
  comment.updatedAt = context.world.now();
  touch(context, comment.issue);
  tellComment(context, comment, 'edited', by, { changes: { body: { from } } });
}

export function deleteComment(context: Context, comment: Comment, by: User): void {
  const { issue } = comment;
  issue.comments.splice(issue.comments.indexOf(comment), 1);
  touch(context, issue);
  tellComment(context, comment, 'deleted', by);
}

export function addLabels(context: Context, issue: Issue, names: string[], by: User): void {
  for (const name of names) {
    const label = labelNamed(context, issue.repo, name, by);
    if (issue.labels.includes(label)) continue;
    issue.labels.push(label);
    touch(context, issue);
    tellLabel(context, issue, 'labeled', label, by);
  }
}

export function removeLabel(context: Context, issue: Issue, label: Label, by: User): void {
  const index = issue.labels.indexOf(label);
  if (index < 0) return;
  issue.labels.splice(index, 1);
  touch(context, issue);
  tellLabel(context, issue, 'unlabeled', label, by);
}

export function setLabels(context: Context, issue: Issue, names: string[], by: User): void {
  const wanted = new Set(names.map((name) => name.toLowerCase()));
  for (const label of issue.labels.filter((one) => !wanted.has(one.name.toLowerCase()))) {
    removeLabel(context, issue, label, by);
  }
  addLabels(context, issue, names, by);
}

export function setAssignees(context: Context, issue: Issue, logins: string[], by: User): void {
  const wanted = logins.map((login) => userNamed(context.world, login));
  const before = issue.assignees;
  issue.assignees = wanted;
  touch(context, issue);
  const tell = (user: User, action: string) => {
    tellIssue(context, issue, action, by, { assignee: userShape(context.world, user) });
  };
  for (const user of wanted) if (!before.includes(user)) tell(user, 'assigned');
  for (const user of before) if (!wanted.includes(user)) tell(user, 'unassigned');
}

/** The repository's label of that name; made, in grey, when it has none, as GitHub does. */
export function labelNamed(context: Context, repo: Repo, name: string, by: User): Label {
  const known = repo.labels.get(name.toLowerCase());
  return known ?? createLabel(context, repo, { name, color: 'ededed', description: null }, by);
}

export function createLabel(
  context: Context,
  repo: Repo,
  given: Omit<Label, 'id'>,
  by: User,
): Label {
  const label = { id: context.world.nextId(), ...given };
  repo.labels.set(label.name.toLowerCase(), label);
  const payload = { label: labelShape(context.world, repo, label) };
  context.hooks.emit('label', 'created', { repo, sender: by, payload });
  return label;
}

/** Marks as changed: lists sorted or filtered by the time of the last change move it up. */
export function touch(context: Context, issue: Issue): void {
  issue.updatedAt = context.world.now();
}

function milestoneNumbered(repo: Repo, number: number | null): Milestone | null {
  if (number === null) return null;
  const found = repo.milestones.find((milestone) => milestone.number === number);
  if (!found) throw invalid({ resource: 'Issue', field: 'milestone', code: 'invalid' });
  return found;
}

/** Tells of an issue; of a pull request where it is one, since GitHub has no issue events for those. */
export function tellIssue(
  context: Context,
  issue: Issue,
  action: string,
  sender: User,
  more: Shape = {},
): void {
  if (isPull(issue)) {
    const pull = pullShape(context.world, issue, { mergeable: null, state: 'unknown' });
    const payload = { number: issue.number, pull_request: pull, ...more };
    context.hooks.emit('pull_request', action, { repo: issue.repo, sender, payload });
  } else {
    const payload = { issue: issueShape(context.world, issue), ...more };
    context.hooks.emit('issues', action, { repo: issue.repo, sender, payload });
  }
}

export function isPull(issue: Issue): issue is PullIssue {
  return issue.pull !== null;
}

function tellLabel(context: Context, issue: Issue, action: string, label: Label, by: User): void {
  tellIssue(context, issue, action, by, { label: labelShape(context.world, issue.repo, label) });
}

function tellComment(
  context: Context,
  comment: Comment,
  action: string,
  sender: User,
  more: Shape = {},
): void {
  const { issue } = comment;
  const payload = {
    issue: issueShape(context.world, issue),
    comment: commentShape(context.world, comment),
    ...more,
  };
  context.hooks.emit('issue_comment', action, { repo: issue.repo, sender, payload });
}

/** Keeps which issues a text names: `#12`, `acme/shop#12` or the address of an issue. */
function noteMentions(context: Context, source: Issue, text: string | null): void {
  const { world } = context;
  const web = `${world.at.web}/`;
  const short = /(?:^|[\s(])(?:([\w.-]+\/[\w.-]+))?#(\d+)\b/gu;
  const long = /\/([\w.-]+\/[\w.-]+)\/(?:issues|pull)\/(\d+)\b/gu;
  const plain = (text ?? '').replaceAll(web, '/');
  for (const [, name, number] of [...plain.matchAll(short), ...plain.matchAll(long)]) {
    const repo = name === undefined ? source.repo : repoNamed(world, name);
    const target = repo?.issues.get(Number(number));
    if (!target || target === source) continue;
    if (target.mentionedBy.some((mention) => mention.issue === source)) continue;
    target.mentionedBy.push({ issue: source, at: world.now() });
  }
}
