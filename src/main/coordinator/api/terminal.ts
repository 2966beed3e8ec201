/** Recordings over REST, as streams: the file as it is, or its text without escape sequences. */
import { createReadStream, existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { OPERATIONS } from '../../../shared/contract.ts';
import type { Journal } from '../journal/port.ts';
import { createPlainText } from '../terminal/plain-text.ts';
import type { Recordings } from '../terminal/port.ts';
import { invalidInput, sendRejection } from './answer.ts';
import { fieldsOf, urlOf } from './rest.ts';
import { recordedAttempt } from './terminal-times.ts';

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
    const { id, attempt, stream, format } = input.data;
    const recorded = recordedAttempt(journal, id, attempt);
    if (!recorded.ok) return sendRejection(reply, recorded.error);
    const attemptId = recorded.value;
    const file = attemptId === null ? undefined : recordings.file(attemptId, stream);
    const isText = format === 'text' || stream === 'transcript';
    void reply.type(isText ? 'text/plain; charset=utf-8' : 'application/x-asciicast');
    // An attempt that has printed nothing yet has an empty recording, not a missing one.
    if (file === undefined || !existsSync(file)) return reply.send('');
    const isPlain = format === 'text' && stream === 'terminal';
    return reply.send(isPlain ? Readable.from(textOfCast(file)) : createReadStream(file));
  });
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
