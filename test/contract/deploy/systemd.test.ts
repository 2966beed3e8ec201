/** The unit of the coordinator is one that systemd takes, and keeps to what it needs. */
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { z } from 'zod';

const run = promisify(execFile);
const UNIT = path.resolve(import.meta.dirname, '../../../deploy/systemd/koubou.service');

const Failed = z.object({ stderr: z.string() });

it('is taken by systemd, but for the program, which is not installed here', async () => {
  const said = await run('systemd-analyze', ['verify', '--man=no', UNIT]).then(
    ({ stderr }) => stderr,
    (error: unknown) => Failed.parse(error).stderr,
  );
  const others = said
    .split('\n')
    .filter((line) => line !== '' && !line.includes('/usr/local/bin/koubou is not executable'));
  expect(others).toEqual([]);
});

it('is exposed to little', async () => {
  const { stdout } = await run('systemd-analyze', ['security', '--offline=true', UNIT]);
  const level = /Overall exposure level for \S+: ([\d.]+)/.exec(stdout)?.[1];
  expect(Number(level)).toBeLessThanOrEqual(3);
});
