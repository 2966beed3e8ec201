import { expect, test } from 'vitest';
import { taskIdOf } from '../shared/ids.ts';
import { ok } from '../shared/result.ts';
import { createAsking } from './asking.ts';
import type { Api } from './client/call.ts';
import { createDataStore } from './store/data.ts';

/** An API that answers when it is told to, and a clock whose pauses end when they are told to. */
function play() {
  const asked: string[] = [];
  const answers: (() => void)[] = [];
  let endPause = (): void => {};
  const ask = async (_: string, input: { ids?: string }): Promise<unknown> => {
    asked.push(input.ids ?? '');
    await new Promise<void>((resolve) => answers.push(resolve));
    return ok({ value: { tasks: [], attempts: [], counts: { queued: 7 } }, seq: 9 });
  };
  const data = createDataStore();
  const after = (_: number, run: () => void): (() => void) => {
    endPause = run;
    return () => (endPause = () => {});
  };
  const api = { ask } as unknown as Api;
  const asking = createAsking({ data, api, clock: { after } });
  const settle = async (): Promise<void> => {
    answers.shift()?.();
    await new Promise((resolve) => setTimeout(resolve));
  };
  return { asking, data, asked, settle, endPause: () => endPause() };
}

const ids = (from: number, count: number) =>
  new Set(Array.from({ length: count }, (_, n) => taskIdOf(from + n)));

test('what is missing is asked for together, a hundred at a time, with pauses', async () => {
  const { asking, data, asked, settle, endPause } = play();
  asking.bring(ids(1, 130));
  asking.bring(ids(100, 50));
  expect(asked).toHaveLength(1);
  expect(asked[0]?.split(',')).toHaveLength(100);
  await settle();
  expect(data.getState().live.counts).toEqual({ queued: 7 });
  expect(asked).toHaveLength(1);
  endPause();
  expect(asked[1]?.split(',')).toEqual([
    ...Array.from({ length: 30 }, (_, n) => `task-${101 + n}`),
    'task-100',
    ...Array.from({ length: 19 }, (_, n) => `task-${131 + n}`),
  ]);
  await settle();
  endPause();
  expect(asked).toHaveLength(2);
});

test('nothing is asked after the end', async () => {
  const { asking, data, asked, settle, endPause } = play();
  asking.bring(ids(1, 130));
  asking.close();
  await settle();
  endPause();
  expect(asked).toHaveLength(1);
  expect(data.getState().live.counts).toEqual({});
});
