import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AttemptId } from '../../shared/ids.ts';
import type { FromClient } from '../../shared/protocol/client.ts';
import { OUTPUT_ACK_EVERY } from '../../shared/protocol/output.ts';
import { createOutputs, type Outputs } from './outputs.ts';

const id = AttemptId.parse('task-1.1');

function bytes(offset: number, length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => (offset + index) % 251);
}

function frame(offset: number, length: number) {
  return {
    type: 'bytes' as const,
    frame: { attemptId: id, stream: 'terminal' as const, offset, bytes: bytes(offset, length) },
  };
}

/** A reader that keeps what it gets; `dones` are its acknowledgements to give. */
function watched(outputs: Outputs) {
  const got: number[] = [];
  const dones: (() => void)[] = [];
  const ends: number[] = [];
  const stop = outputs.watch(id, 'terminal', {
    onBytes(piece, done) {
      for (const byte of piece) got.push(byte);
      dones.push(done);
    },
    onEnd: () => void ends.push(got.length),
  });
  return { got, dones, ends, stop };
}

describe('watching a recording', () => {
  it('gives every byte once and in order, whatever is sent twice', () => {
    const pieces = fc.array(
      fc.record({ back: fc.nat(20), length: fc.integer({ min: 1, max: 30 }) }),
    );
    fc.assert(
      fc.property(pieces, (list) => {
        const outputs = createOutputs(() => {});
        const { got } = watched(outputs);
        let end = 0;
        for (const { back, length } of list) {
          const offset = Math.max(0, end - back);
          outputs.receive(frame(offset, length));
          end = Math.max(end, offset + length);
        }
        expect(got).toEqual([...bytes(0, end)]);
      }),
    );
  });

  it('asks again from where it stands when something is missing, and after a break', () => {
    const sent: FromClient[] = [];
    const outputs = createOutputs((message) => sent.push(message));
    const { got } = watched(outputs);
    outputs.receive(frame(0, 10));
    outputs.receive(frame(15, 5));
    outputs.receive(frame(20, 5));
    outputs.reopen();
    expect(got).toHaveLength(10);
    expect(sent).toEqual(
      [0, 10, 10].map((from) => ({
        type: 'output_open',
        attemptId: id,
        stream: 'terminal',
        from,
      })),
    );
  });

  it('begins where it is told, and takes nothing of a watch before it', () => {
    const sent: FromClient[] = [];
    const outputs = createOutputs((message) => sent.push(message));
    const first = watched(outputs);
    outputs.receive(frame(0, 10));
    const got: number[] = [];
    const ends: number[] = [];
    const reader = {
      onBytes: (piece: Uint8Array) => void got.push(...piece),
      onEnd: () => void ends.push(got.length),
    };
    outputs.watch(id, 'terminal', reader, 5);
    // Under way when the second watch was asked for.
    outputs.receive(frame(10, 10));
    outputs.receive(frame(20, 10));
    outputs.receive({ type: 'output_end', attemptId: id, stream: 'terminal', offset: 30 });
    expect({ got, ends }).toEqual({ got: [], ends: [] });
    outputs.receive(frame(5, 25));
    outputs.receive({ type: 'output_end', attemptId: id, stream: 'terminal', offset: 30 });
    expect({ got, ends }).toEqual({ got: [...bytes(5, 25)], ends: [25] });
    expect(first.got).toHaveLength(10);
    expect(sent.map((message) => message.type)).toEqual(['output_open', 'output_open']);
    first.stop();
    outputs.receive(frame(30, 1));
    expect(got).toHaveLength(26);
  });

  it('acknowledges what was digested: at the end of what came, or every so often', () => {
    const sent: FromClient[] = [];
    const outputs = createOutputs((message) => sent.push(message));
    const { dones } = watched(outputs);
    const acks = () => sent.flatMap((m) => (m.type === 'output_ack' ? [m.offset] : []));
    outputs.receive(frame(0, 1_000));
    outputs.receive(frame(1_000, OUTPUT_ACK_EVERY));
    outputs.receive(frame(1_000 + OUTPUT_ACK_EVERY, 10));
    expect(acks()).toEqual([]);
    dones[0]?.();
    expect(acks()).toEqual([]);
    dones[1]?.();
    expect(acks()).toEqual([1_000 + OUTPUT_ACK_EVERY]);
    dones[2]?.();
    expect(acks()).toEqual([1_000 + OUTPUT_ACK_EVERY, 1_010 + OUTPUT_ACK_EVERY]);
  });

  it('says when the recording is whole, and nothing after it was closed', () => {
    const sent: FromClient[] = [];
    const outputs = createOutputs((message) => sent.push(message));
    const { got, ends, stop } = watched(outputs);
    outputs.receive(frame(0, 4));
    outputs.receive({ type: 'output_end', attemptId: id, stream: 'terminal', offset: 4 });
    expect(ends).toEqual([4]);
    stop();
    outputs.receive(frame(4, 4));
    expect(got).toHaveLength(4);
    expect(sent.at(-1)).toEqual({ type: 'output_close', attemptId: id, stream: 'terminal' });
  });
});
