/** Answers that github.com really gave (test/fixtures/github/recorded) are read right. */
import { readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { z } from 'zod';
import { openTestClient, problemOf, serve, valueOf } from '../testing.ts';

const Recorded = z.array(
  z.object({
    method: z.string(),
    path: z.string(),
    status: z.number(),
    response: z.unknown(),
    headers: z.record(z.string(), z.coerce.string()),
  }),
);
const FOLDER = path.resolve(import.meta.dirname, '../../../../../../test/fixtures/github/recorded');
const closing: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

/** Answers in the recorded order, as if it were github.com. */
async function replay(name: string) {
  const left = Recorded.parse(JSON.parse(readFileSync(path.join(FOLDER, `${name}.json`), 'utf8')));
  const server = await serve((request, response) => {
    const asked = (request.url ?? '').replace('/api/v3', '');
    const at = left.findIndex(
      (one) => one.method === request.method?.toLowerCase() && one.path === asked,
    );
    const [found] = at < 0 ? [] : left.splice(at, 1);
    answer(response, found, server.url);
  });
  const { client, close } = openTestClient(server.url);
  closing.push(server.close, close);
  return { client, left };
}

function answer(
  response: ServerResponse,
  found: z.infer<typeof Recorded>[number] | undefined,
  url: string,
): void {
  if (!found) return void response.writeHead(404).end('{"message":"not recorded"}');
  const here = (text: string): string => text.replaceAll('https://api.github.com', `${url}/api/v3`);
  for (const [name, value] of Object.entries(found.headers)) {
    if (!/^(content-|transfer-|connection|date)/.test(name)) response.setHeader(name, here(value));
  }
  const text = found.response === '' ? '' : JSON.stringify(found.response);
  response.writeHead(found.status).end(here(text));
}

const at = { owner: 'octokit-fixture-org' };

test('a renamed repository: redirects of reads and of writes', async () => {
  const { client } = await replay('rename-repository');
  const repo = { ...at, repo: 'rename-repository' };
  const route = 'PATCH /repos/{owner}/{repo}';
  const name = 'rename-repository-newname';
  const renamed = valueOf(await client.rest(route, { ...repo, name }));
  expect(renamed.data.full_name).toBe('octokit-fixture-org/rename-repository-newname');
  const found = valueOf(await client.rest('GET /repos/{owner}/{repo}', repo));
  expect(found.data.name).toBe(name);
  const written = valueOf(
    await client.rest(route, { ...repo, name, description: 'test description' }),
  );
  expect(written.data.description).toBe('test description');
});

test('pages', async () => {
  const { client, left } = await replay('paginate-issues');
  const route = 'GET /repos/{owner}/{repo}/issues';
  let answered = valueOf(await client.rest(route, { ...at, repo: 'paginate-issues', per_page: 3 }));
  const numbers = answered.data.map(({ number }) => number);
  while (answered.nextPage !== null) {
    answered = valueOf(await client.page(route, answered.nextPage));
    numbers.push(...answered.data.map(({ number }) => number));
  }
  expect(numbers).toEqual([13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
  expect(left).toEqual([]);
});

test('a refusal, in words', async () => {
  const { client } = await replay('errors');
  const label = { ...at, repo: 'errors', name: 'foo', color: 'invalid' };
  const told = problemOf(await client.rest('POST /repos/{owner}/{repo}/labels', label));
  expect(told).toMatchObject({
    code: 'invalid',
    fields: [{ resource: 'Label', code: 'invalid', field: 'color', message: null }],
  });
  expect(told.message).toContain('Validation Failed; color is not valid');
});

test('a search, whose budget is one of its own although no header names it', async () => {
  const { client } = await replay('search-issues');
  const q = 'sesame repo:octokit-fixture-org/search-issues';
  const found = valueOf(await client.rest('GET /search/issues', { q }));
  expect(found.data.items.map(({ number }) => number)).toEqual([2, 1]);
  expect(client.budget()).toMatchObject([{ resource: 'search', limit: 30 }]);
});
