/** JSON lines over a local socket, checked against a schema as they come in. */
import type { Socket } from 'node:net';
import { StringDecoder } from 'node:string_decoder';
import type { z } from 'zod';
import { messageOf } from '../failure.ts';

export interface Channel<Out> {
  /** False when the other end is gone, or its buffer is full: it does not read. */
  send(message: Out): boolean;
  close(): void;
}

/** A spec holds the text of an issue and what people said about it. */
const LONGEST_LINE = 4 * 1024 * 1024;
/** Beyond so many unread bytes the other end is as good as gone. */
const MOST_UNREAD = 1024 * 1024;

/**
 * @param closed called once; `problem` when the other end said what it should not
 */
export function openChannel<In, Out>(
  socket: Socket,
  schema: z.ZodType<In>,
  onMessage: (message: In) => void,
  closed: (problem: string | null) => void,
): Channel<Out> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  let problem: string | null = null;

  function end(why: string): void {
    problem = why;
    socket.destroy();
  }

  socket.on('data', (data) => {
    rest += decoder.write(data);
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > LONGEST_LINE) return end('a line without an end');
    for (const line of lines) {
      if (socket.destroyed) return;
      const message = parse(schema, line);
      if (typeof message === 'string') return end(message);
      onMessage(message.value);
    }
  });
  // What matters of an error is that the connection ends.
  socket.on('error', () => {});
  socket.once('close', () => closed(problem));
  return {
    send(message) {
      if (socket.destroyed || socket.writableLength > MOST_UNREAD) return false;
      socket.write(`${JSON.stringify(message)}\n`);
      return true;
    },
    close: () => void socket.destroy(),
  };
}

function parse<In>(schema: z.ZodType<In>, line: string): { value: In } | string {
  try {
    return { value: schema.parse(JSON.parse(line)) };
  } catch (error) {
    return `not as agreed: ${messageOf(error).slice(0, 300)}`;
  }
}
