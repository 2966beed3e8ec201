/** `/openapi.json` over a socket: who gets it, and that it says what the contract says. */
import { Validator } from '@seriousme/openapi-schema-validator';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { OPERATIONS } from '../../../shared/contract.ts';
import { openTestApi, TOKEN, type TestApi } from './testing.ts';

const Document = z.looseObject({
  openapi: z.string(),
  paths: z.record(
    z.string(),
    z.record(
      z.string(),
      z.looseObject({
        operationId: z.string(),
        parameters: z.array(z.looseObject({ name: z.string().optional() })).optional(),
      }),
    ),
  ),
  components: z.record(z.string(), z.record(z.string(), z.unknown())),
});

let api: TestApi;

beforeEach(async () => {
  api = await openTestApi();
});

afterEach(async () => {
  await api.close();
});

async function ask(token: string | undefined): Promise<Response> {
  return await fetch(`${api.url}/openapi.json`, {
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
  });
}

async function documentOf(answer: Response): Promise<z.infer<typeof Document>> {
  return Document.parse(await answer.json());
}

test('it is for those with a token, also for those who may only look', async () => {
  expect((await ask(undefined)).status).toBe(401);
  expect((await ask(TOKEN)).status).toBe(200);
  const made = await fetch(`${api.url}/api/v1/access`, {
    method: 'POST',
    headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify({ role: 'viewer' }),
  });
  const { token } = z.looseObject({ token: z.string() }).parse(await made.json());
  expect((await ask(token)).status).toBe(200);
});

test('it is OpenAPI 3.1, as a validator that knows nothing of us sees it', async () => {
  const validator = new Validator();
  const { valid, errors } = await validator.validate(await documentOf(await ask(TOKEN)));
  expect(JSON.stringify(errors)?.slice(0, 2_000)).toBeUndefined();
  expect(valid).toBe(true);
  expect(validator.version).toBe('3.1');
});

test('it has every operation of the contract, and refers to nothing that is not there', async () => {
  const text = await (await ask(TOKEN)).text();
  const { paths, components } = Document.parse(JSON.parse(text));
  const described = Object.values(paths).flatMap((path) =>
    Object.values(path).map(({ operationId }) => operationId),
  );
  expect(described.toSorted()).toEqual([...Object.keys(OPERATIONS), 'health', 'ready'].toSorted());
  const missing = [...text.matchAll(/"\$ref":"([^"]+)"/g)]
    .map(([, target = '']) => target.split('/'))
    .filter(([, , kind = '', name = '']) => components[kind]?.[name] === undefined);
  expect(missing).toEqual([]);
  expect(paths['/api/v1/tasks/{id}']?.['get']?.parameters?.map(({ name }) => name)).toEqual(['id']);
});
