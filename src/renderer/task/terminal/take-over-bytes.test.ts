/** A recorded take-over is fetched once, and given no faster than it is digested. */
import { expect, test } from 'vitest';
import { ConsoleId } from '../../../shared/console.ts';
import { OUTPUT_FRAME_MAX } from '../../../shared/protocol/output.ts';
import { createApi } from '../../client/call.ts';
import { inputFor } from './recorded.ts';
import { takeOverBytes } from './take-over-bytes.ts';
import { attemptId } from './testing.ts';

const LENGTH = 2 * OUTPUT_FRAME_MAX + 10;
const INPUT = inputFor(attemptId, ConsoleId.parse('console-000000000001'));

function source() {
  const asked: string[] = [];
  let isLost = true;
  const api = createApi(
    () => ({ url: 'http://koubou.test', token: '' }),
    () => '',
    async (url) => {
      asked.push(String(url));
      if (isLost) throw new Error('lost');
      return new Response(new Uint8Array(LENGTH).map((_, at) => at % 251));
    },
  );
  const outputs = takeOverBytes(api, INPUT);
  return { asked, outputs, connect: () => void (isLost = false) };
}

test('from any offset to its end, piece after piece, and fetched once', async () => {
  const { asked, outputs, connect } = source();
  connect();
  for (const from of [0, OUTPUT_FRAME_MAX + 5]) {
    const got: number[] = [];
    let underWay = 0;
    await new Promise<void>((resolve) => {
      const onBytes = (bytes: Uint8Array, done: () => void): void => {
        underWay += 1;
        expect(underWay).toBe(1);
        got.push(...bytes);
        queueMicrotask(() => {
          underWay -= 1;
          done();
        });
      };
      outputs.watch(attemptId, 'terminal', { onBytes, onEnd: resolve }, from);
    });
    expect(got).toEqual(Array.from({ length: LENGTH - from }, (_, at) => (at + from) % 251));
  }
  expect(asked).toHaveLength(1);
  expect(asked[0]).toContain('format=bytes');
  expect(asked[0]).toContain('takeOver=console-000000000001');
});

test('one that is left is given nothing more; one that could not be fetched is asked for again', async () => {
  const { asked, outputs, connect } = source();
  const never = (): void => {
    throw new Error('nothing is to be given');
  };
  const leave = outputs.watch(attemptId, 'terminal', { onBytes: never, onEnd: never });
  await settled();
  leave();
  connect();
  let pieces = 0;
  const onBytes = (_: Uint8Array, done: () => void): void => {
    pieces += 1;
    stop();
    done();
  };
  const stop = outputs.watch(attemptId, 'terminal', { onBytes, onEnd: never });
  await new Promise<void>((onEnd) => {
    outputs.watch(attemptId, 'terminal', { onBytes: (_, done) => done(), onEnd });
  });
  expect(pieces).toBe(1);
  expect(asked).toHaveLength(2);
});

/** Whatever promises wait for one another have been kept. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
}
