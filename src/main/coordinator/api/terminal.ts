/** Recordings over REST, as streams: the file as it is, its text without escape sequences, or the bytes that were printed. */
import { createReadStream, existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { OPERATIONS } from '../../../shared/contract.ts';
import type { Journal } from '../journal/port.ts';
import { CAST_START, scanCast } from '../terminal/cast-scan.ts';
import { createPlainText } from '../terminal/plain-text.ts';
import type { Recordings } from '../terminal/port.ts';
import { invalidInput, sendRejection } from './answer.ts';
import { fieldsOf, urlOf } from './rest.ts';
import { recordedAttempt, recordedTakeOver } from './terminal-times.ts';

export interface TerminalDeps {
  readonly journal: Journal;
  readonly recordings: Recordings;
}

const operation = OPERATIONS['tasks.terminal'];

export function registerTerminal(
  app: FastifyInstance,
  { journal, recordings }: TerminalDeps,
): void {
  app.get(urlOf(operation.path), async (request, reply) => {
    const fields = fieldsOf(request);
    if (!fields.ok) return sendRejection(reply, fields.error);
    const input = operation.input.safeParse(fields.value);
    if (!input.success) return sendRejection(reply, invalidInput(input.error));
    const { id, attempt, stream, format, takeOver } = input.data;
    const recorded = recordedAttempt(journal, id, attempt);
    if (!recorded.ok) return sendRejection(reply, recorded.error);
    const attemptId = recorded.value;
    void reply.type(stream === 'transcript' ? TYPES.text : TYPES[format]);
    // Of a task without an attempt, and of one that has printed nothing yet, a recording is empty, not missing.
    if (attemptId === null) return reply.send('');
    let file = recordings.file(attemptId, stream);
    if (takeOver !== undefined) {
      const found = recordedTakeOver(recordings.takeOvers, attemptId, takeOver);
      if (!found.ok) return sendRejection(reply, found.error);
      ({ file } = found.value);
    }
    if (!existsSync(file)) return reply.send('');
    const isCast = stream === 'terminal' || takeOver !== undefined;
    if (!isCast || format === 'cast') return reply.send(createReadStream(file));
    return reply.send(Readable.from(format === 'text' ? textOfCast(file) : bytesOfCast(file)));
  });
}

const TYPES = {
  cast: 'application/x-asciicast',
  text: 'text/plain; charset=utf-8',
  bytes: 'application/octet-stream',
} as const;

/** What was printed, as far as the file is whole. */
async function* bytesOfCast(file: string): AsyncGenerator<Buffer> {
  const scan = scanCast(CAST_START);
  const pieces: AsyncIterable<unknown> = createReadStream(file);
  for await (const piece of pieces) {
    if (!Buffer.isBuffer(piece)) return;
    const printed: Uint8Array[] = [];
    const isWhole = scan.take(piece, (bytes) => void printed.push(Uint8Array.from(bytes)));
    if (printed.length > 0) yield Buffer.concat(printed);
    if (!isWhole) return;
  }
}

const CastEvent = z.tuple([z.number(), z.string(), z.string()]);

/** The printed text of an asciicast v3 file, piece by piece. */
async function* textOfCast(file: string): AsyncGenerator<string> {
  const lines = createInterface({
    input: createReadStream(file),
    crlfDelay: Number.POSITIVE_INFINITY,
  });
  const plain = createPlainText();
  for await (const line of lines) {
    const output = outputOf(line);
    if (output !== undefined) yield plain(output);
  }
}

function outputOf(line: string): string | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    // The last line of a recording that is being written may be cut; the next request has it whole.
    return undefined;
  }
  const event = CastEvent.safeParse(value);
  return event.success && event.data[1] === 'o' ? event.data[2] : undefined;
}
