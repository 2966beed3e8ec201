/**
 * What every engine does alike, whatever program or loop it is: it changes a real repository, says what it used, shows its
 * key to nobody, tells each trouble by its class, and leaves no process behind.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { pause, systemClock } from '../../../src/agent/clock.ts';
import type { EngineFailure, EngineResult } from '../../../src/agent/engines/engine.ts';
import { TROUBLE_RULES, type TroubleClass } from '../../../src/shared/domain/engine-trouble.ts';
import type { Move } from '../../support/models/moves.ts';
import { KEY, openStage, type RunChanges, type Stage } from './stage.ts';
import type { Part, Subject, Trial } from './subject.ts';

const REPAIR: readonly Move[] = [
  { do: 'read', file: 'add.js' },
  {
    do: 'replace',
    file: 'add.js',
    old: 'exports.add = (a, b) => a - b;',
    new: 'exports.add = (a, b) => a + b;',
  },
  { do: 'run', command: 'node check.js' },
];
/** Writes down the environment and the arguments of the shell that the model has, and of whatever started that. */
const SEE: Move = {
  do: 'run',
  command: `{ env; tr '\\0' '\\n' < /proc/$PPID/environ; tr '\\0' ' ' < /proc/$PPID/cmdline; } > seen 2>&1`,
};
/** Begins a command that lasts: in a session of its own, as some engines do it with all of theirs. */
const LASTS: Move = {
  do: 'run',
  command: 'setsid tail -f /dev/null & echo $$ > begun; exec tail -f /dev/null',
};
const LOOK_EVERY_MS = 20;
/** Silence after which an engine is stopped, where that is what is tried. */
const IDLE_MS = 2_000;

/** Registers the tests of one engine. Beside each other, unless it is heavy: most engines wait for most of their time. */
export function conforms(subject: Subject): void {
  const testOne = subject.isHeavy === true ? test : test.concurrent;
  /** What an engine cannot do, by its nature, is no test of it. */
  const trial = (name: Trial, title: string, run: (stage: Stage) => Promise<void>): void => {
    if (subject.not?.[name] !== undefined) return;
    testOne(title, async () => {
      const stage = await openStage(subject);
      try {
        await run(stage);
      } finally {
        await stage.close();
      }
    });
  };

  trial(
    'edits',
    'changes a repository until its tests pass, and says what it used',
    async (stage) => {
      expect(stage.passes()).toBe(false);
      plays(stage, [...REPAIR, SEE]);
      const result = await stage.run();
      expect(result).toMatchObject({ ok: true });
      expect(existsSync(path.join(stage.repo, 'checked'))).toBe(true);
      expect(stage.passes()).toBe(true);
      expect(stage.shown()).toContain('Done.');
      expect(await stage.processes()).toEqual([]);
      const usage = result.ok ? result.value.usage : null;
      expect(usage?.inputTokens).toBeGreaterThan(0);
      expect(usage?.outputTokens).toBeGreaterThan(0);
      // In the same run: what its commands see of its key.
      if (subject.provider === null) return;
      expect(stage.read('seen')).toContain('KOUBOU_TASK_ID=task-1');
      expect(stage.read('seen')).not.toContain(KEY);
      expect(stage.shown()).not.toContain(KEY);
      expect(new Set(stage.model.keys())).toEqual(new Set([KEY]));
    },
  );

  trial('unauthorized', 'tells a key that is refused', async (stage) => {
    expect(await failureOver(stage, { kind: 'unauthorized' })).toMatchObject({
      code: codeOf(subject, 'sign_in_expired'),
    });
  });

  trial('limited', 'tells a limit, and when it is over where it hears that', async (stage) => {
    const resetAt = Math.ceil(Date.now() / 1_000 + 3_600) * 1_000;
    const { code, until } = await failureOver(stage, { kind: 'limited', resetAt });
    expect(code).toBe(codeOf(subject, 'rate_limited'));
    expect([undefined, resetAt]).toContain(until);
  });

  trial('overloaded', 'tells a server that has too much to do', async (stage) => {
    expect(await failureOver(stage, { kind: 'overloaded' })).toMatchObject({
      code: codeOf(subject, 'overloaded'),
    });
  });

  trial('too_long', 'tells a prompt that is too long', async (stage) => {
    expect(await failureOver(stage, { kind: 'too_long' })).toMatchObject({
      code: codeOf(subject, 'context_too_long'),
    });
  });

  trial('refused_connection', 'tells a server that is not there', async (stage) => {
    const { code } = await failureOver(stage, null, { url: await nobodyAt() });
    expect(code).toBe(codeOf(subject, 'network'));
  });

  trial('garbage', 'ends over answers that are none', async (stage) => {
    const { code } = await failureOver(stage, { kind: 'garbage' });
    expect([codeOf(subject, 'network'), codeOf(subject, 'crashed')]).toContain(code);
  });

  trial('torn', 'tells answers that stop in their middle', async (stage) => {
    expect(await failureOver(stage, { kind: 'torn' })).toMatchObject({
      code: codeOf(subject, 'network'),
    });
  });

  trial('killed', 'of one that is killed, nothing that it began is left', async (stage) => {
    plays(stage, [LASTS]);
    const over = stage.run();
    await begun(stage, over);
    const running = await stage.processes();
    for (const { pid, name } of running) if (name !== 'tail') process.kill(pid, 'SIGKILL');
    expect(failureOf(await over).code).toMatch(/^engine_/);
    expect(await stage.processes()).toEqual([]);
  });

  trial('idle', 'is stopped when its model says nothing any more', async (stage) => {
    const { code } = await failureOver(
      stage,
      { kind: 'stall' },
      { limits: { engineIdleMs: IDLE_MS } },
    );
    expect(['engine_timed_out', codeOf(subject, 'network')]).toContain(code);
  });

  trial('aborted', 'is stopped with all that it began', async (stage) => {
    plays(stage, [LASTS]);
    const over = stage.run();
    await begun(stage, over);
    stage.abort(new Error('nobody wants it'));
    await expect(over).rejects.toThrow('nobody wants it');
    expect(await stage.processes()).toEqual([]);
  });
}

function plays({ model }: Stage, moves: readonly Move[]): void {
  model.play({ kind: 'moves', moves });
}

/** Of a run that does not go well; it left nothing behind. */
async function failureOver(
  stage: Stage,
  part: Part | null,
  changes: RunChanges = {},
): Promise<EngineFailure> {
  // Half a tool call is no answer; half a sentence may pass for one.
  plays(stage, REPAIR);
  if (part) stage.model.play(part);
  const failure = failureOf(await stage.run(changes));
  expect(await stage.processes()).toEqual([]);
  return failure;
}

function codeOf({ provider }: Subject, kind: TroubleClass): string {
  const rule = TROUBLE_RULES[kind];
  return provider === null ? rule.failure : rule.throughGateway;
}

function failureOf(result: EngineResult): EngineFailure {
  if (result.ok) throw new Error('it says that all went well');
  return result.error;
}

/** Resolves when the command that lasts runs. @throws Error when the engine ended before */
async function begun(stage: Stage, over: Promise<EngineResult>): Promise<void> {
  const ended = over.then((result) => {
    throw new Error(`it ended before: ${JSON.stringify(result)}\n${stage.shown()}`);
  });
  const looking = async (): Promise<void> => {
    while ((await stage.processes()).filter(({ name }) => name === 'tail').length < 2)
      await pause(systemClock, LOOK_EVERY_MS);
  };
  await Promise.race([looking(), ended]);
  // From now on its end is what is tried.
  ended.catch(() => {});
}

/** An address where nothing listens. */
async function nobodyAt(): Promise<string> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  server.close();
  await once(server, 'close');
  return `http://127.0.0.1:${address.port}`;
}
