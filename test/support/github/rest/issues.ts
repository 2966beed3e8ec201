/** REST: issues, their comments and labels. */
import {
  createLabel,
  addComment,
  addLabels,
  createIssue,
  deleteComment,
  editComment,
  editIssue,
  removeLabel,
  setAssignees,
  setLabels,
  touch,
} from '../acts/issues.ts';
import { invalid, list, notFound, ok, refusal } from '../answer.ts';
import { actor, type Call, type Handlers, issueOf } from '../call.ts';
import { type Comment, type Issue, type Label } from '../model.ts';
import { commentShape, issueShape, labelShape, milestoneShape } from '../shapes/basic.ts';
import { readableRepos } from '../sign-in/access.ts';

export const issueHandlers = {
  'issues/create': (call) => {
    const { title, body, labels, assignees, milestone } = call.body;
    const issue = createIssue(call.context, call.repo, actor(call), {
      title: String(title),
      ...(body !== undefined && { body }),
      labels: (labels ?? []).map(nameOf),
      assignees: (assignees ?? []).map(loginOf),
      milestone: milestone === undefined || milestone === null ? null : Number(milestone),
    });
    return ok(issueShape(call.context.world, issue), 201);
  },
  'issues/list-for-repo': (call) => {
    const issues = filtered([...call.repo.issues.values()], call.query);
    return list(issues.map((issue) => issueShape(call.context.world, issue)));
  },
  'issues/list': (call) => {
    const { world } = call.context;
    const me = actor(call);
    const all = readableRepos(world, call.caller).flatMap((repo) => [...repo.issues.values()]);
    const isAsked = (issue: Issue) =>
      (call.query['filter'] ?? 'assigned') === 'all' || issue.assignees.includes(me);
    return list(filtered(all.filter(isAsked), call.query).map((issue) => issueShape(world, issue)));
  },
  'issues/get': (call) => ok(issueShape(call.context.world, issueOf(call))),
  'issues/update': (call) => {
    const issue = issueOf(call);
    const {
      title,
      body,
      state,
      state_reason: reason,
      labels,
      assignees,
      milestone,
    } = call.body ?? {};
    editIssue(call.context, issue, actor(call), {
      ...(title !== undefined && title !== null && { title: String(title) }),
      ...(body !== undefined && { body }),
      ...(state && { state }),
      ...(reason && reason !== 'duplicate' && { stateReason: reason }),
      ...(labels && { labels: labels.map(nameOf) }),
      ...(assignees && { assignees: assignees.map(loginOf) }),
      ...(milestone !== undefined && { milestone: milestone === null ? null : Number(milestone) }),
    });
    return ok(issueShape(call.context.world, issue));
  },
  'issues/add-assignees': (call) => {
    const issue = issueOf(call);
    const logins = [
      ...issue.assignees.map((user) => user.login),
      ...(call.body?.assignees ?? []).map(loginOf),
    ];
    setAssignees(call.context, issue, [...new Set(logins)], actor(call));
    return ok(issueShape(call.context.world, issue), 201);
  },
  'issues/list-events-for-timeline': (call) => {
    const { world } = call.context;
    const mentions = issueOf(call).mentionedBy.map(({ issue, at }) => ({
      event: 'cross-referenced',
      created_at: new Date(at).toISOString(),
      updated_at: new Date(at).toISOString(),
      source: { type: 'issue', issue: issueShape(world, issue) },
    }));
    return list(mentions);
  },
  'issues/list-milestones': (call) =>
    list(call.repo.milestones.map((one) => milestoneShape(call.context.world, call.repo, one))),
} satisfies Handlers;

export const commentHandlers = {
  'issues/create-comment': (call) => {
    if (call.body.body.trim() === '') {
      throw invalid({ resource: 'IssueComment', field: 'body', code: 'missing_field' });
    }
    const comment = addComment(call.context, issueOf(call), actor(call), call.body.body);
    return ok(commentShape(call.context.world, comment), 201);
  },
  'issues/list-comments': (call) => commentList(call, issueOf(call).comments),
  'issues/list-comments-for-repo': (call) =>
    commentList(
      call,
      [...call.repo.issues.values()].flatMap((issue) => issue.comments),
    ),
  'issues/get-comment': (call) => ok(commentShape(call.context.world, commentOf(call))),
  'issues/update-comment': (call) => {
    const comment = commentOf(call);
    editComment(call.context, comment, actor(call), call.body.body);
    return ok(commentShape(call.context.world, comment));
  },
  'issues/delete-comment': (call) => {
    deleteComment(call.context, commentOf(call), actor(call));
    return { status: 204 };
  },
} satisfies Handlers;

export const labelHandlers = {
  'issues/list-labels-for-repo': (call) => labelList(call, [...call.repo.labels.values()]),
  'issues/list-labels-on-issue': (call) => labelList(call, issueOf(call).labels),
  'issues/create-label': (call) => {
    const { name, color, description } = call.body;
    if (call.repo.labels.has(name.toLowerCase())) {
      throw invalid({ resource: 'Label', code: 'already_exists', field: 'name' });
    }
    const given = { name, color: color ?? 'ededed', description: description ?? null };
    const label = createLabel(call.context, call.repo, given, actor(call));
    return ok(labelShape(call.context.world, call.repo, label), 201);
  },
  'issues/get-label': (call) => ok(labelShape(call.context.world, call.repo, labelOf(call))),
  'issues/update-label': (call) => {
    const label = labelOf(call);
    const { new_name: name, color, description } = call.body ?? {};
    call.repo.labels.delete(label.name.toLowerCase());
    Object.assign(label, {
      name: name ?? label.name,
      color: color ?? label.color,
      description: description ?? label.description,
    });
    call.repo.labels.set(label.name.toLowerCase(), label);
    return ok(labelShape(call.context.world, call.repo, label));
  },
  'issues/delete-label': (call) => {
    const label = labelOf(call);
    call.repo.labels.delete(label.name.toLowerCase());
    for (const issue of call.repo.issues.values()) {
      if (issue.labels.includes(label)) touch(call.context, issue);
      issue.labels = issue.labels.filter((one) => one !== label);
    }
    return { status: 204 };
  },
  'issues/add-labels': (call) => {
    const issue = issueOf(call);
    addLabels(call.context, issue, labelNames(call.body), actor(call));
    return labelList(call, issue.labels);
  },
  'issues/set-labels': (call) => {
    const issue = issueOf(call);
    setLabels(call.context, issue, labelNames(call.body), actor(call));
    return labelList(call, issue.labels);
  },
  'issues/remove-label': (call) => {
    const issue = issueOf(call);
    const wanted = call.params['name']?.toLowerCase();
    const label = issue.labels.find((one) => one.name.toLowerCase() === wanted);
    if (!label) throw refusal(404, 'Label does not exist');
    removeLabel(call.context, issue, label, actor(call));
    return labelList(call, issue.labels);
  },
  'issues/remove-all-labels': (call) => {
    setLabels(call.context, issueOf(call), [], actor(call));
    return { status: 204 };
  },
} satisfies Handlers;

function commentList(call: Pick<Call, 'context' | 'query'>, all: Comment[]) {
  const since = call.query['since'];
  const wanted = all.filter((one) => since === undefined || one.updatedAt >= secondOf(since));
  return list(wanted.map((comment) => commentShape(call.context.world, comment)));
}

function labelList(call: Pick<Call, 'context' | 'repo'>, all: Label[]) {
  return list(all.map((label) => labelShape(call.context.world, call.repo, label)));
}

function commentOf(call: Pick<Call, 'repo' | 'params'>): Comment {
  const id = Number(call.params['comment_id']);
  for (const issue of call.repo.issues.values()) {
    const found = issue.comments.find((comment) => comment.id === id);
    if (found) return found;
  }
  throw notFound();
}

function labelOf(call: Pick<Call, 'repo' | 'params'>): Label {
  const label = call.repo.labels.get((call.params['name'] ?? '').toLowerCase());
  if (!label) throw notFound();
  return label;
}

function nameOf(label: string | { name?: string }): string {
  return typeof label === 'string' ? label : (label.name ?? '');
}

function loginOf(user: string | { login?: string }): string {
  return typeof user === 'string' ? user : (user.login ?? '');
}

function labelNames(body: unknown): string[] {
  const given = (Array.isArray(body) ? body : ((body as { labels?: unknown[] })?.labels ?? [])) as (
    | string
    | { name?: string }
  )[];
  return given.map(nameOf);
}

/** GitHub's filters and order for lists of issues. */
function filtered(all: Issue[], query: Record<string, string>): Issue[] {
  const { state = 'open', labels: names, assignee, creator, since, sort, direction } = query;
  const wantedLabels = names?.toLowerCase().split(',') ?? [];
  const wanted = all.filter(
    (issue) =>
      (state === 'all' || issue.state === state) &&
      wantedLabels.every((name) => issue.labels.some((one) => one.name.toLowerCase() === name)) &&
      (since === undefined || issue.updatedAt >= secondOf(since)) &&
      (creator === undefined || issue.author.login === creator) &&
      isAssigned(issue, assignee) &&
      isInMilestone(issue, query['milestone']),
  );
  const value = (issue: Issue) =>
    sort === 'updated'
      ? issue.updatedAt
      : sort === 'comments'
        ? issue.comments.length
        : issue.createdAt;
  const sign = direction === 'asc' ? 1 : -1;
  return wanted.toSorted((a, b) => sign * (value(a) - value(b) || a.number - b.number));
}

function isAssigned(issue: Issue, assignee: string | undefined): boolean {
  if (assignee === undefined) return true;
  if (assignee === 'none') return issue.assignees.length === 0;
  if (assignee === '*') return issue.assignees.length > 0;
  return issue.assignees.some((user) => user.login.toLowerCase() === assignee.toLowerCase());
}

function isInMilestone(issue: Issue, milestone: string | undefined): boolean {
  if (milestone === undefined) return true;
  if (milestone === 'none') return issue.milestone === null;
  return milestone === '*'
    ? issue.milestone !== null
    : issue.milestone?.number === Number(milestone);
}

/** GitHub compares whole seconds. */
function secondOf(time: string): number {
  return Math.floor(Date.parse(time) / 1000) * 1000;
}
