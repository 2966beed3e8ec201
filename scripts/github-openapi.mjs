/**
 * Cuts test/fixtures/github/openapi.json out of GitHub's published OpenAPI description: the operations this program
 * and its tests use, and the webhook payloads they read. The stand-in in test/support/github checks every request,
 * response and delivery against it.
 *
 *   node scripts/github-openapi.mjs            fetches @octokit/openapi by `npm pack` into a temporary folder (29 MB)
 *   node scripts/github-openapi.mjs FILE.json  cuts an api.github.com.json that is here already
 *
 * Run it when an operation is added below or when GitHub's description is to be renewed, and commit what it writes.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const VERSION = '23.0.2';
const OUT = new URL('../test/fixtures/github/openapi.json', import.meta.url);

/** By operationId, as in GitHub's description. */
const OPERATIONS = new Set(
  `
  apps/create-installation-access-token apps/get-authenticated apps/get-installation apps/get-repo-installation
  apps/list-installations apps/list-repos-accessible-to-installation apps/revoke-installation-access-token
  checks/create checks/get checks/list-for-ref checks/list-suites-for-ref checks/update
  git/create-ref git/delete-ref git/get-ref git/list-matching-refs
  issues/add-assignees issues/add-labels issues/create issues/create-comment issues/create-label issues/delete-comment
  issues/delete-label issues/get issues/get-comment issues/get-label issues/list issues/list-comments
  issues/list-comments-for-repo issues/list-events-for-timeline issues/list-for-repo issues/list-labels-for-repo
  issues/list-labels-on-issue issues/list-milestones issues/remove-all-labels issues/remove-label issues/set-labels
  issues/update issues/update-comment issues/update-label
  pulls/check-if-merged pulls/create pulls/create-reply-for-review-comment pulls/create-review
  pulls/create-review-comment pulls/get pulls/list pulls/list-commits pulls/list-files
  pulls/list-requested-reviewers pulls/list-review-comments pulls/list-reviews pulls/merge
  pulls/remove-requested-reviewers pulls/request-reviewers pulls/update pulls/update-branch
  rate-limit/get
  repos/create-commit-status repos/create-webhook repos/delete-branch-protection repos/delete-webhook repos/get
  repos/get-branch repos/get-branch-protection repos/get-collaborator-permission-level
  repos/get-combined-status-for-ref repos/get-webhook repos/list-branches repos/list-commit-statuses-for-ref
  repos/list-for-authenticated-user repos/list-webhooks repos/ping-webhook repos/update-branch-protection
  repos/update-webhook
  search/issues-and-pull-requests users/get-authenticated users/get-by-username
  `
    .trim()
    .split(/\s+/u),
);

const PROSE =
  /^(?:description|examples?|externalDocs|tags|x-(?:github.*|octokit)|summary|title|default)$/u;

/** Of the webhooks: by the name of the event, every action. */
const EVENTS =
  /^(?:check-(?:run|suite)|installation|issue-comment|issues|label|ping|pull-request(?:-review(?:-comment|-thread)?)?|push|repository|status)(?:\/|$)/u;

const file = process.argv[2];
const whole = file ? JSON.parse(readFileSync(file, 'utf8')) : fetchDescription();
const cut = cutDescription(whole);
writeFileSync(OUT, `${JSON.stringify(cut)}\n`);
console.log(
  `${String(Object.values(cut.paths).flatMap((methods) => Object.keys(methods)).length)} operations, ` +
    `${String(Object.keys(cut['x-webhooks']).length)} deliveries, ${(JSON.stringify(cut).length / 1e6).toFixed(2)} MB`,
);

function fetchDescription() {
  const dir = mkdtempSync(path.join(tmpdir(), 'github-openapi-'));
  try {
    const spec = `@octokit/openapi@${VERSION}`;
    execFileSync('npm', ['pack', '--silent', spec], {
      cwd: dir,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const inside = 'package/generated/api.github.com.json';
    execFileSync('tar', ['xzf', `octokit-openapi-${VERSION}.tgz`, inside], { cwd: dir });
    return JSON.parse(readFileSync(path.join(dir, inside), 'utf8'));
  } finally {
    rmSync(dir, { recursive: true });
  }
}

function cutDescription(description) {
  const paths = {};
  for (const [route, methods] of Object.entries(description.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      if (OPERATIONS.delete(operation.operationId)) (paths[route] ??= {})[method] = operation;
    }
  }
  if (OPERATIONS.size > 0) throw new Error(`No such operation: ${[...OPERATIONS].join(', ')}.`);
  // GitHub's own slip: the list asks accounts to be users and enterprises at once, the single answer does not.
  const listed = paths['/app/installations'].get.responses['200'].content['application/json'];
  listed.schema = { type: 'array', items: { $ref: '#/components/schemas/installation' } };
  const webhooks = {};
  for (const [name, methods] of Object.entries(description['x-webhooks'])) {
    const { operationId, requestBody, responses } = methods.post;
    if (EVENTS.test(operationId))
      webhooks[name] = { post: { operationId, requestBody, responses } };
  }
  const kept = forChecks({ paths, 'x-webhooks': webhooks });
  const { openapi, info } = description;
  return { openapi, info, ...kept, components: reachable(kept, description.components) };
}

/** The parts of `components` that `from` refers to, and those that these refer to. */
function reachable(from, components) {
  const found = {};
  const seen = new Set();
  const walk = (node) => {
    if (node === null || typeof node !== 'object') return;
    if (typeof node.$ref === 'string' && !seen.has(node.$ref)) {
      seen.add(node.$ref);
      const [, , section, name] = node.$ref.split('/');
      const part = forChecks(components[section][name]);
      (found[section] ??= {})[name] = part;
      walk(part);
    }
    Object.values(node).forEach(walk);
  };
  walk(from);
  return found;
}

/**
 * Drops what no check reads (descriptions and examples, three quarters of the bytes), and says "or null" in the words of
 * JSON schema, since checkers know OpenAPI's `nullable` only beside a `type`.
 */
function forChecks(node, isNames = false) {
  if (Array.isArray(node)) return node.map((item) => forChecks(item));
  if (node === null || typeof node !== 'object') return node;
  const kept = {};
  for (const [key, value] of Object.entries(node)) {
    if (isNames || !PROSE.test(key)) kept[key] = forChecks(value, key === 'properties' && !isNames);
  }
  return isNames || kept.nullable !== true ? kept : orNull(kept);
}

function orNull({ nullable, ...schema }) {
  if (typeof schema.type === 'string' && !schema.enum) return { nullable, ...schema };
  return { anyOf: [schema, { enum: [null] }] };
}
