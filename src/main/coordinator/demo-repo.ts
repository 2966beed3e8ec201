/** The sample shop as a git repository with a short history, the same every time. */
import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

const AIKO = 'Aiko Mori <aiko@shop.example>';
const LENA = 'Lena Brandt <lena@shop.example>';

/** Who added what, when; the last commit is the issue said as a test. */
const HISTORY = [
  {
    author: AIKO,
    date: '2026-03-02T09:12:00+09:00',
    message: 'Begin the shop',
    files: ['README.md', 'package.json', '.koubou.yaml'],
  },
  {
    author: AIKO,
    date: '2026-03-02T11:40:00+09:00',
    message: 'Count money in whole cents',
    files: ['src/money.js', 'test/money.test.js'],
  },
  {
    author: LENA,
    date: '2026-03-04T10:05:00+01:00',
    message: 'Put articles in a cart',
    files: ['src/cart.js', 'test/cart.test.js'],
  },
  {
    author: LENA,
    date: '2026-03-09T16:21:00+01:00',
    message: 'Give discounts on single articles',
    files: ['src/discount.js'],
  },
  {
    author: AIKO,
    date: '2026-03-11T14:02:00+09:00',
    message: 'Make the bill: discounts, shipping, tax',
    files: ['src/checkout.js', 'test/checkout.test.js'],
  },
  {
    author: LENA,
    date: '2026-04-20T08:55:00+02:00',
    message: 'Show that a discount counts only once per line',
    files: ['test/discount.test.js'],
  },
];

/**
 * Makes a fresh repository `<dir>/sample-N` from `<resources>/sample/shop`.
 * @returns its path
 */
export async function makeSampleRepo(resourcesDir: string, dir: string): Promise<string> {
  let number = 1;
  while (existsSync(path.join(dir, `sample-${number}`))) number += 1;
  const repo = path.join(dir, `sample-${number}`);
  mkdirSync(repo, { recursive: true });
  await git(repo, ['init', '--quiet', '--initial-branch=main'], {});
  for (const { author, date, message, files } of HISTORY) {
    for (const file of files)
      cpSync(path.join(resourcesDir, 'sample', 'shop', file), path.join(repo, file));
    const [, name = '', email = ''] = /^(.+) <(.+)>$/.exec(author) ?? [];
    await git(repo, ['add', '--', ...files], {});
    await git(repo, ['commit', '--quiet', '--no-verify', '--message', message], {
      GIT_AUTHOR_NAME: name,
      GIT_AUTHOR_EMAIL: email,
      GIT_AUTHOR_DATE: date,
      GIT_COMMITTER_NAME: name,
      GIT_COMMITTER_EMAIL: email,
      GIT_COMMITTER_DATE: date,
    });
  }
  return repo;
}

/** Without the user's own configuration: signing, templates and hooks would make every history another one. */
async function git(cwd: string, args: string[], env: Record<string, string>): Promise<void> {
  const quiet = {
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_SYSTEM: '/dev/null',
    GIT_TERMINAL_PROMPT: '0',
  };
  await run('git', args, { cwd, env: { ...process.env, ...quiet, ...env } });
}
