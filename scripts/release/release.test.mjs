/** The release: its steps are those of the workflow, word for word, and each that is quick is run here. */
import { execFileSync } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { DEBIAN_PACKAGES } from '../package/build.mjs';
import { fromRoot } from '../setup/paths.mjs';
import { changesOf } from './changes.mjs';
import { CHECKSUMS, filesOf, gather } from './files.mjs';

const { version } = JSON.parse(fs.readFileSync(fromRoot('package.json'), 'utf8'));
const WORKFLOWS = fromRoot('.github/workflows');
const source = fs.readFileSync(path.join(WORKFLOWS, 'release.yml'), 'utf8');
const { jobs } = parse(source);

/** Of the steps that are run on Linux, those that take minutes: `npm run package` is what the stage `install` is made of. */
const LONG = [
  `sudo apt-get update -qq && sudo apt-get install -y --no-install-recommends ${DEBIAN_PACKAGES}`,
  'npm run build:koubou',
  'npm run package',
];

let dir;
beforeAll(() => {
  dir = fs.mkdtempSync(path.join(os.tmpdir(), 'koubou-release-'));
});
afterAll(() => fs.rmSync(dir, { recursive: true, force: true }));

describe('the workflow', () => {
  test('has actions of one commit each, with the version that it is', () => {
    const all = fs.readdirSync(WORKFLOWS).map((name) => path.join(WORKFLOWS, name));
    const actions = all.flatMap((file) => [
      ...fs.readFileSync(file, 'utf8').matchAll(/uses: (.*)/g),
    ]);
    expect(actions.length).toBeGreaterThan(10);
    for (const [, action] of actions)
      expect(action).toMatch(/^(\.\/.*|[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+)$/);
  });

  test('may write nothing but the release, and only where it is made', () => {
    const { permissions } = parse(source);
    expect(permissions).toEqual({ contents: 'read' });
    const writing = Object.entries(jobs).filter(([, job]) => 'permissions' in job);
    expect(writing.map(([name, job]) => [name, job.permissions])).toEqual([
      ['draft', { contents: 'write' }],
    ]);
    // Secrets go to the step that needs them, and not to what npm installs.
    const steps = Object.values(jobs).flatMap((job) => job.steps ?? []);
    const secret = steps.filter(({ env = {} }) => /secrets\./.test(JSON.stringify(env)));
    expect(secret.map(({ run }) => run.split(' --')[0])).toEqual([
      ...['npm run package', 'npm run package', 'node scripts/package/feed.mjs release'],
    ]);
  });

  test('runs on Linux what is run here, and what takes minutes', () => {
    const own = [...runsOf('check'), ...runsOf('draft')].map(({ run }) => run);
    for (const run of runsOf('linux').map((step) => step.run)) expect(LONG).toContain(run);
    // The steps of the next test.
    expect(own.filter((run) => !/^(node scripts\/|gh release create )/.test(run))).toEqual([]);
  });

  test('its quick steps make a draft of all that was packed', () => {
    for (const name of filesOf(version)) put(`packed/machine/${name}`, `content of ${name}`);
    const key = crypto.generateKeyPairSync('ed25519').privateKey;
    const env = {
      ...environment(),
      GITHUB_REF_NAME: `v${version}`,
      CHANNEL: 'stable',
      KOUBOU_UPDATE_PRIVATE_KEY: key.export({ type: 'pkcs8', format: 'pem' }),
    };
    for (const { run } of [...runsOf('check'), ...runsOf('draft')]) shell(run, env);

    const words = read('gh.txt').trim().split('\n');
    expect(words.slice(0, 5)).toEqual([
      'release',
      'create',
      `v${version}`,
      '--draft',
      '--verify-tag',
    ]);
    expect(words).toEqual(
      expect.arrayContaining(
        [...filesOf(version), CHECKSUMS, 'latest-linux.yml', 'latest-linux.yml.sig'].map(
          (name) => `release/${name}`,
        ),
      ),
    );
    expect(read('notes.md').trim()).toBe(changesOf(version));
    execFileSync('sha256sum', ['--check', '--strict', '--quiet', CHECKSUMS], {
      cwd: path.join(dir, 'release'),
    });
  });

  test('puts the feeds of beta versions where apps look for them, once a release is published', () => {
    const channel = parse(fs.readFileSync(path.join(WORKFLOWS, 'channel.yml'), 'utf8'));
    const { steps } = channel.jobs.beta;
    const feeds = fs
      .readdirSync(path.join(dir, 'release'))
      .filter((name) => name.startsWith('beta'));
    for (const name of feeds) put(`feed/${name}`, name);
    fs.rmSync(path.join(dir, 'gh.txt'));
    for (const { run } of steps) shell(run, { ...environment(), TAG: 'v1.2.3' });
    const words = read('gh.txt').trim().split('\n');
    expect(words).toEqual([
      ...['release', 'download', 'v1.2.3', '--dir', 'feed'],
      ...['--pattern', 'beta*.yml', '--pattern', 'beta*.yml.sig'],
      ...['release', 'view', 'beta'],
      ...['release', 'upload', 'beta', ...feeds.map((name) => `feed/${name}`), '--clobber'],
    ]);
    expect(feeds.length).toBeGreaterThan(5);
  });
});

describe('a release', () => {
  test('is of the version that package.json has, and nothing else', () => {
    const env = { ...process.env, GITHUB_REF_NAME: 'v99.0.0' };
    const [{ run }] = runsOf('check');
    expect(() => shell(run, env)).toThrow(`package.json says ${version}`);
  });

  test('has all files, of one version, each once', () => {
    const from = path.join(dir, 'half');
    const [first, second, ...others] = filesOf('1.2.3');
    for (const name of others) put(`half/a/${name}`, name);
    put(`half/a/${second}`, 'one');
    put(`half/b/${second}`, 'two');
    put('half/b/koubou-1.2.2-linux-amd64.deb', 'old');
    const work = () => gather({ from, to: path.join(dir, 'whole'), version: '1.2.3' });
    expect(work).toThrow(`${first} is missing`);
    expect(work).toThrow(`${second} is there twice`);
    expect(work).toThrow('koubou-1.2.2-linux-amd64.deb is not of the release');
    expect(fs.existsSync(path.join(dir, 'whole'))).toBe(false);
  });

  test('says what is new, or is none', () => {
    const text =
      '# Changes\n\n## 2.0.0\n\n## 1.1.0\n\nIt flies.\n\n### For all\n\n## 1.0.0\n\nFirst.\n';
    expect(changesOf('1.1.0', text)).toBe('It flies.\n\n### For all');
    expect(() => changesOf('2.0.0', text)).toThrow('says nothing of 2.0.0');
    expect(() => changesOf('1.1', text)).toThrow('says nothing of 1.1');
  });
});

/** With a program in place of GitHub's that writes down what it is told. */
function environment() {
  put('bin/gh', '#!/bin/sh\nfor word; do printf "%s\\n" "$word"; done >> gh.txt\n', 0o755);
  return { PATH: `${path.join(dir, 'bin')}:${process.env.PATH}` };
}

/** As the workflow runs it, in a folder of its own. */
function shell(run, env) {
  const script = run.replaceAll('node scripts/', `node ${fromRoot('scripts')}/`);
  execFileSync('bash', ['-eo', 'pipefail', '-c', script], { cwd: dir, env, stdio: 'pipe' });
}

function runsOf(job) {
  return jobs[job].steps.filter(({ run }) => run !== undefined);
}

function put(name, text, mode) {
  const file = path.join(dir, name);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, text, { mode });
}

function read(name) {
  return fs.readFileSync(path.join(dir, name), 'utf8');
}
