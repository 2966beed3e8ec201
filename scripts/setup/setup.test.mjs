/** Set-up: the lock and the fingerprints in a checkout of their own that holds nothing but the set-up scripts. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ensureNode } from './node-version.mjs';

let checkout;

beforeEach(() => {
  checkout = fs.mkdtempSync(path.join(os.tmpdir(), 'koubou-setup-'));
  fs.cpSync(import.meta.dirname, path.join(checkout, 'scripts/setup'), { recursive: true });
});

afterEach(() => fs.rmSync(checkout, { recursive: true, force: true }));

test('a second process waits until the first is done', async () => {
  const log = path.join(checkout, 'log');
  const note = (line) => `fs.appendFileSync(${JSON.stringify(log)}, '${line};');`;
  const first = runLocked(`${note('first begins')} console.log('held');
    await new Promise((done) => process.stdin.on('end', done).resume()); ${note('first ends')}`);
  await once(first.child.stdout, 'data');
  const second = runLocked(note('second'));
  // It says that it waits; without a lock it would end instead.
  await Promise.race([once(second.child.stderr, 'data'), second.exitCode]);
  first.child.stdin.end();
  expect([await first.exitCode, await second.exitCode]).toEqual([0, 0]);
  expect(fs.readFileSync(log, 'utf8')).toBe('first begins;first ends;second;');
});

test('the lock of a process that was killed is taken over', async () => {
  const holder = runLocked(
    `console.log('held'); await new Promise((done) => setTimeout(done, 1e6));`,
  );
  await once(holder.child.stdout, 'data');
  holder.child.kill('SIGKILL');
  await holder.exitCode;
  expect(fs.existsSync(path.join(checkout, '.setup/lock'))).toBe(true);
  expect(await runLocked('').exitCode).toBe(0);
  expect(fs.readdirSync(path.join(checkout, '.setup'))).toEqual([]);
});

test('a fingerprint sees what is added, written and removed, and not what does not count', async () => {
  const { fingerprint } = await import(
    pathToFileURL(path.join(checkout, 'scripts/setup/stale.mjs')).href
  );
  const source = path.join(checkout, 'src/deep/a.ts');
  fs.mkdirSync(path.dirname(source), { recursive: true });
  const print = () => fingerprint(['src', 'gone'], (file) => !file.endsWith('.test.ts'));
  const seen = [print()];
  fs.writeFileSync(source, 'one');
  seen.push(print());
  fs.writeFileSync(source, 'three');
  seen.push(print());
  fs.writeFileSync(path.join(checkout, 'src/b.ts'), '');
  seen.push(print());
  expect(new Set(seen).size).toBe(4);
  fs.rmSync(path.join(checkout, 'src/b.ts'));
  fs.writeFileSync(path.join(checkout, 'src/a.test.ts'), '');
  expect(print()).toBe(seen[2]);
});

test.each(['18.20.8', '20.18.9'])('Node %s is refused with what to do', (version) => {
  expect(() => ensureNode(version)).toThrow(/too old: install Node 20\.19 or newer/);
});

test.each(['20.19.0', '22.0.0', '24.21.0'])('Node %s is taken', (version) => {
  expect(() => ensureNode(version)).not.toThrow();
});

function runLocked(work) {
  const lock = pathToFileURL(path.join(checkout, 'scripts/setup/lock.mjs')).href;
  const code = `
    import fs from 'node:fs';
    import { withLock } from '${lock}';
    await withLock(async () => { ${work} });`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code]);
  return { child, exitCode: once(child, 'exit').then(([exitCode]) => exitCode) };
}
