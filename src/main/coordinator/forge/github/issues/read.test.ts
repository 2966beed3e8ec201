/** Reading issues of servers that are not like today's github.com, in the shapes that they answer with. */
import { afterEach, expect, test } from 'vitest';
import { openTestClient, problemOf, serve, valueOf, type TestClient } from '../testing.ts';
import { originOf } from './place.ts';
import { readIssues } from './read.ts';

let ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends) await end();
  ends = [];
});

/** @param answer to a question of GraphQL; anything else is not there */
async function clientOf(answer: (query: string) => object): Promise<TestClient> {
  const server = await serve((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      const isQuery = request.url === '/api/graphql';
      response.writeHead(isQuery ? 200 : 410, { 'content-type': 'application/json' });
      const gone = { message: 'Issues are disabled for this repo' };
      response.end(JSON.stringify(isQuery ? answer(text) : gone));
    });
  });
  const at = openTestClient(server.url);
  ends.push(() => at.close(), server.close);
  return at;
}

function unknownField(name: string): object {
  const message = `Field '${name}' doesn't exist on type 'Issue'`;
  return { errors: [{ path: ['fragment ofIssue', name], message, locations: [] }] };
}

const NODE = {
  ...{ __typename: 'Issue', issueState: 'OPEN', number: 7, title: 'It breaks', body: 'Often.' },
  ...{ authorAssociation: 'NONE', author: null, labels: { nodes: [] } },
  updatedAt: '2026-01-02T03:04:05Z',
  comments: { totalCount: 0, nodes: [] },
  timelineItems: { nodes: [null] },
};

function answerOf(node: object | null, web: string): object {
  const repo = { nameWithOwner: 'Acme/Shop', url: `${web}/Acme/Shop`, i7: node };
  return { data: { r0: repo } };
}

test('an old Enterprise server is asked for what it knows, and its refusals are learnt from once', async () => {
  const asked: string[] = [];
  const at = await clientOf((query) => {
    const unknown = ['blockedBy', 'subIssues'].find((name) => query.includes(name));
    asked.push(unknown ?? 'known');
    return unknown === undefined ? answerOf(NODE, at.client.host.web) : unknownField(unknown);
  });
  const origin = originOf(at.client.host.web, 'acme/shop', 'issue', 7);
  const others = Array.from({ length: 60 }, (_, n) =>
    originOf(at.client.host.web, 'acme/shop', 'issue', n + 100),
  );
  const read = await readIssues(at.client, [origin, ...others]);
  const issue = read.get(origin.url);
  expect(issue && valueOf(issue)).toMatchObject({
    ...{ title: 'It breaks', origin: { ref: 'Acme/Shop#7', url: origin.url } },
    source: { author: null },
  });
  expect(asked).toEqual(['blockedBy', 'subIssues', 'known', 'known']);
});

test('what GitHub itself notes as blockers and sub-issues is waited for while it is open', async () => {
  const at = await clientOf(() => {
    const { web } = at.client.host;
    const url = (n: number) => `${web}/Acme/Shop/issues/${n}`;
    const blockedBy = { nodes: [{ url: url(1), state: 'OPEN' }, null] };
    const subIssues = {
      nodes: [
        { url: url(2), state: 'CLOSED' },
        { url: url(3), state: 'OPEN' },
      ],
    };
    return answerOf({ ...NODE, blockedBy, subIssues }, web);
  });
  const origin = originOf(at.client.host.web, 'acme/shop', 'issue', 7);
  const issue = (await readIssues(at.client, [origin])).get(origin.url);
  expect(issue && valueOf(issue).blockers.map(({ ref }) => ref)).toEqual([
    'Acme/Shop#1',
    'Acme/Shop#3',
  ]);
});

test('an issue of a repository whose issues are switched off is told apart', async () => {
  const at = await clientOf(() => answerOf(null, at.client.host.web));
  const origin = originOf(at.client.host.web, 'acme/shop', 'issue', 7);
  const issue = (await readIssues(at.client, [origin])).get(origin.url);
  expect(issue && problemOf(issue)).toMatchObject({ code: 'gone' });
});

test('issues whose answer is too large together are asked for in parts', async () => {
  const at = await clientOf((query) => {
    if (query.includes('i8:')) return { data: { padding: 'x'.repeat(21_000_000) } };
    return answerOf(query.includes('i7:') ? NODE : null, at.client.host.web);
  });
  const [one, two] = [7, 8].map((n) => originOf(at.client.host.web, 'acme/shop', 'issue', n));
  const read = await readIssues(
    at.client,
    [one, two].flatMap((origin) => origin ?? []),
  );
  const issue = read.get(one?.url ?? '');
  expect(issue && valueOf(issue).title).toBe('It breaks');
  const other = read.get(two?.url ?? '');
  // What is too large alone is asked for over REST, which is switched off here.
  expect(other && problemOf(other).code).toBe('gone');
});
