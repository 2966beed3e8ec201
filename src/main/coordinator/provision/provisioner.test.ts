/** Provisionings against a real sshd: their steps, their questions, and what is left when the wire breaks. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { NewHost, type Provisioning } from '../../../shared/provisioning.ts';
import { makeKey } from './ssh/testing/sshd.ts';
import { openWorkbench, type Workbench, type WorkbenchOptions } from './testing/bench.ts';

let bench: Workbench;
const open = async (options?: WorkbenchOptions): Promise<void> => {
  bench = await openWorkbench(options);
};
afterEach(async () => await bench.close());

const hasEnded = ({ endedAt }: Provisioning): boolean => endedAt !== null;

/** Answers every question with what `answer` says, and gives the end. */
async function add(
  answer: (one: NonNullable<Provisioning['question']>) => string[] | null = () => ['yes'],
  more: object = {},
): Promise<Provisioning> {
  const begun = bench.provisioner.add([NewHost.parse({ target: bench.target, ...more })]);
  if (!begun.ok) throw new Error(begun.error.message);
  const id = begun.value[0]?.id;
  return await toEnd(id, answer);
}

async function toEnd(
  id: Provisioning['id'] | undefined,
  answer: (one: NonNullable<Provisioning['question']>) => string[] | null = () => ['yes'],
): Promise<Provisioning> {
  const { provisioner } = bench;
  for (let n = 0; ;) {
    const asked = n;
    const one = await bench.until(
      (at) => at.id === id && (hasEnded(at) || (at.question?.n ?? 0) > asked),
    );
    if (hasEnded(one)) return one;
    if (!one.question) throw new Error('nothing was asked');
    n = one.question.n;
    provisioner.answer(one.id, n, answer(one.question));
  }
}

const statesOf = ({ steps }: Provisioning): Record<string, string> =>
  Object.fromEntries(steps.map(({ name, state }) => [name, state]));
const homeOf = (): string => path.join(bench.home, '.local/share/koubou-agent');

describe('on a host that is new', () => {
  beforeEach(async () => await open({ size: 300_000 }));

  test('all steps go their way, and a second run brings nothing again', async () => {
    const first = await add();
    expect(first.error).toBeNull();
    expect(statesOf(first)).toMatchObject({
      ...{ connect: 'done', host_key: 'done', sign_in: 'done', probe: 'done' },
      ...{ upload: 'done', install: 'done', start: 'done', self_test: 'done' },
    });
    expect(first).toMatchObject({ state: 'done', agentId: 'mill', question: null });
    expect(first.report.map(({ name }) => name)).toContain('Network speed');
    expect(first.steps.find(({ name }) => name === 'install')?.output).toContain('making a key');
    const version = path.join(homeOf(), 'versions/b1');
    expect(JSON.parse(readFileSync(path.join(version, 'valid.json'), 'utf8'))).toEqual({
      ...{ build: 'b1', version: '9.9.9' },
      ...{ size: bench.release.size, sha256: bench.release.sha256 },
    });
    expect(readdirSync(path.join(homeOf(), 'versions'))).toEqual(['b1']);
    expect(readFileSync(path.join(homeOf(), 'parents'), 'utf8')).toBe(
      `${path.join(bench.home, '.local/share')}\n${path.join(bench.home, '.local')}\n`,
    );
    bench.wire.cutAfter(Number.POSITIVE_INFINITY);
    const second = await add();
    expect(second.state).toBe('done');
    expect(second.steps.find(({ name }) => name === 'upload')?.message).toContain('already');
    expect(bench.wire.sent()).toBeLessThan(150_000);
  });

  test('a key that is not accepted is an end before anything was sent, and a retry asks again', async () => {
    const refused = await add(() => null);
    expect(refused).toMatchObject({ state: 'failed', error: { code: 'host_key_refused' } });
    expect(statesOf(refused)).toMatchObject({ host_key: 'failed', sign_in: 'skipped' });
    expect(bench.sshd.log()).not.toContain('Accepted');
    bench.told.length = 0;
    expect(bench.provisioner.retry(refused.id).ok).toBe(true);
    expect(await toEnd(refused.id)).toMatchObject({ state: 'done', error: null });
  });

  test('a changed key ends it without a question', async () => {
    const other = readFileSync(`${makeKey(bench.home, 'other')}.pub`, 'utf8');
    writeFileSync(
      path.join(bench.home, '../known_hosts_user'),
      `[127.0.0.1]:${bench.wire.port} ${other}`,
    );
    const one = await add(() => {
      throw new Error('it asked');
    });
    expect(one.error?.code).toBe('host_key_changed');
    expect(statesOf(one)['host_key']).toBe('failed');
    expect(bench.sshd.log()).not.toContain('Accepted');
  });

  test('what arrived wrong is removed, and the next try brings it anew', async () => {
    const partial = path.join(homeOf(), 'versions/b1.partial');
    mkdirSync(partial, { recursive: true });
    const mark = createHash('sha256').update('workshop').digest('hex').slice(0, 12);
    writeFileSync(
      path.join(partial, `koubou-b1-${mark}.gz`),
      Buffer.alloc(bench.release.gzip.size - 7, 'x'),
    );
    const wrong = await add();
    expect(wrong.error?.code).toBe('checksum_wrong');
    expect(readdirSync(partial)).toEqual([]);
    expect(existsSync(path.join(homeOf(), 'versions/b1/valid.json'))).toBe(false);
    expect((await add()).state).toBe('done');
  });

  test('cancelled while it asks, it ends at once, and answers come too late', async () => {
    const begun = bench.provisioner.add([NewHost.parse({ target: bench.target })]);
    const id = begun.ok ? begun.value[0]?.id : undefined;
    const asking = await bench.until((one) => one.id === id && one.question !== null);
    expect(asking).toMatchObject({ state: 'asking', question: { kind: 'host_key', n: 1 } });
    bench.provisioner.cancel(asking.id);
    expect(await bench.until(hasEnded)).toMatchObject({ state: 'cancelled', error: null });
    expect(bench.provisioner.answer(asking.id, 1, ['yes'])).toMatchObject({
      error: { code: 'not_asked' },
    });
  });

  test('a host is worked on by one at a time', async () => {
    await add();
    bench.told.length = 0;
    const hosts = Array.from({ length: 3 }, () => NewHost.parse({ target: bench.target }));
    const begun = bench.provisioner.add(hosts);
    const ids = begun.ok ? begun.value.map(({ id }) => id) : [];
    await Promise.all(ids.map((id) => bench.until((one) => one.id === id && hasEnded(one))));
    const running = bench.told.map(
      ({ id }, at) =>
        new Set(
          ids.filter((other) => {
            const last = bench.told.slice(0, at + 1).findLast((one) => one.id === other);
            return last?.id !== id && last?.state === 'running';
          }),
        ).size,
    );
    // Told a moment later, one may still look under way while the next has begun.
    expect(Math.max(...running)).toBeLessThanOrEqual(1);
    const spans = ids.map((id) => bench.provisioner.get(id)).filter((one) => one !== undefined);
    const sorted = spans.toSorted((a, b) => a.startedAt - b.startedAt);
    for (const [index, one] of sorted.slice(1).entries())
      expect(one.startedAt).toBeGreaterThanOrEqual(sorted[index]?.endedAt ?? Infinity);
  });

  test('changes are told five times a second at most, besides the question and the end', async () => {
    const began = performance.now();
    const one = await add();
    const seconds = (performance.now() - began) / 1_000;
    expect(bench.told.length).toBeLessThanOrEqual(seconds * 5 + 4);
    expect(one).toEqual(bench.provisioner.get(one.id));
  });
});

test('where no key opens the door it ends with what was tried, and no password is made up', async () => {
  await open({ isAuthorized: false });
  const one = await add();
  expect(one).toMatchObject({ state: 'failed', error: { code: 'auth_failed' } });
  expect(statesOf(one)).toMatchObject({ host_key: 'done', sign_in: 'failed', probe: 'skipped' });
});

test('a target that cannot be one is refused before anything begins', async () => {
  await open();
  const host = NewHost.parse({ target: 'ada@' });
  expect(bench.provisioner.add([host])).toMatchObject({ error: { code: 'invalid_input' } });
  expect(bench.provisioner.list()).toEqual([]);
});
