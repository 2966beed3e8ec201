/** `koubou github …` against a real API and a stand-in for GitHub: what it prints, and that no secret is in it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { runCli } from '../../../src/cli/run-cli.ts';
import { openTestApi, TOKEN, type TestApi } from '../../../src/main/coordinator/api/testing.ts';
import { startGitHub, type GitHubStandIn } from '../../support/github/start-github.ts';

let api: TestApi;
let github: GitHubStandIn;
let scratch: string;

beforeEach(async () => {
  scratch = mkdtempSync(path.join(tmpdir(), 'koubou-cli-github-'));
  api = await openTestApi();
  // The same clock on both sides: an App's tokens are good for minutes.
  github = await startGitHub({ clock: api.clock });
});

afterEach(async () => {
  await api.close();
  await github.close();
  rmSync(scratch, { recursive: true, force: true });
});

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function koubou(args: string[], typed = ''): Promise<Ran> {
  let out = '';
  let err = '';
  const code = await runCli(
    ['github', ...args],
    {
      write: async (text) => {
        out += text;
      },
      warn: (line) => {
        err += `${line}\n`;
      },
      readInput: async () => typed,
      ask: async () => typed || null,
      openKeyboard: () => null,
      env: { KOUBOU_URL: api.url, KOUBOU_TOKEN: TOKEN },
      platform: 'linux',
      home: scratch,
      cwd: scratch,
      colours: false,
      columns: undefined,
      now: Date.now,
      requestKey: 'key',
      offline: () => Promise.reject(new Error('not stopped')),
      simulator: () => Promise.reject(new Error('nothing is simulated here')),
      stop: new AbortController().signal,
    },
    () => {},
  );
  return { code, out, err };
}

test('signs in with a token from standard input, says what it may, and forgets it again', async () => {
  expect((await koubou(['status'])).out).toContain('nobody is signed in');
  const token = github.createToken('ada', { scopes: ['public_repo'] });
  const host = ['--host', github.web];
  const signed = await koubou(['sign-in', ...host, '--with-token'], `${token}\n`);
  expect(signed.code).toBe(0);
  expect(signed.out).toContain(`signed in at ${new URL(github.web).host} as ada`);
  expect(signed.out).toContain('only trying shows whether it may read code');
  const status = await koubou(['status', '--check']);
  expect(status.out).toContain('core');
  const { out } = await koubou(['status', '--json']);
  const { accounts } = z
    .object({ accounts: z.array(z.object({ id: z.string() })) })
    .parse(JSON.parse(out));
  const id = accounts[0]?.id ?? '';
  expect(await koubou(['sign-out', id])).toMatchObject({ code: 0 });
  expect(await koubou(['sign-out', id])).toMatchObject({ code: 1 });
  expect([signed, status].map((one) => one.out + one.err).join('')).not.toContain(token);
});

test('says what is wrong, and what to do', async () => {
  const wrong = await koubou(['sign-in', '--host', github.web], 'ghp_wrong');
  expect(wrong).toMatchObject({ code: 1 });
  expect(wrong.err).toContain('does not take the token');
  expect(wrong.err).not.toContain('ghp_wrong');
  expect(await koubou(['sign-in', '--host', github.web])).toMatchObject({ code: 2 });
  expect(await koubou(['sign-in', '--gh', '--device'])).toMatchObject({ code: 2 });
  expect(await koubou(['sign-in', '--app', '12'])).toMatchObject({ code: 2 });
  expect((await koubou(['sign-in', '--device', '--host', github.web])).err).toContain(
    'github.clientId',
  );
  const open = await koubou(['sign-in', '--host', 'http://github.example.com'], 'ghp_x');
  expect(open.err).toContain('without encryption');
});

test('signs in as an App with its key', async () => {
  await github.createRepo('acme/shop', { files: { a: 'b' } });
  const app = github.createApp({ name: 'Koubou', installedAt: [{ account: 'acme' }] });
  writeFileSync(path.join(scratch, 'app.pem'), app.privateKey);
  const args = ['sign-in', '--host', github.web, '--app', String(app.id), '--key', 'app.pem'];
  const signed = await koubou(args);
  expect(signed).toMatchObject({ code: 0 });
  expect(signed.out).toContain('koubou[bot] at acme');
});
