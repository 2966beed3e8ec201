/** `koubou tasks watch` and `koubou tasks logs`: what happens, as it happens. */
import { StringDecoder } from 'node:string_decoder';
import { OPERATIONS } from '../../shared/contract.ts';
import { describe, stateAfter } from '../../shared/domain/describe.ts';
import { taskOfEvent, type StoredEvent } from '../../shared/domain/event.ts';
import type { TaskId } from '../../shared/ids.ts';
import { CliError, EXIT, writeLine, type CliIo } from '../io.ts';
import { followEvents, followTerminal } from '../follow.ts';
import { clockTime, paint, paintState } from '../print.ts';
import { safeLine, safeStream } from '../safe-text.ts';
import type { Session } from '../session.ts';

/** Prints events until Ctrl-C; those of one task from its beginning and to its end. */
export async function watch(
  { io, client, address, json }: Session,
  id: TaskId | undefined,
): Promise<void> {
  if (id !== undefined) await client.call(OPERATIONS['tasks.get'], { id });
  const { seq } = await client.call(OPERATIONS['snapshot.get'], {});
  for await (const stored of followEvents(address, id === undefined ? seq : 0, io.stop)) {
    const about = taskOfEvent(stored.event);
    if (id !== undefined && about !== id) continue;
    await writeLine(io, json ? JSON.stringify(stored) : eventLine(io, stored, about));
    const state = stateAfter(stored.event);
    if (id !== undefined && (state === 'completed' || state === 'cancelled')) return;
  }
}

function eventLine(io: CliIo, { at, event }: StoredEvent, about: TaskId | null): string {
  const state = stateAfter(event);
  const label = state === null ? ''.padEnd(11) : paintState(io, state, state.padEnd(11));
  return `${paint(io, 'gray', clockTime(at))}  ${(about ?? '').padEnd(8)}  ${label}  ${safeLine(describe(event))}`;
}

/** Prints the terminal of the newest attempt; with `follow` until the attempt ends. */
export async function printLogs(
  { io, client, address, json }: Session,
  id: TaskId,
  follow: boolean,
): Promise<void> {
  if (follow && json)
    throw new CliError(
      EXIT.wrongUse,
      '--json and --follow do not go together; leave out -f for asciicast JSON lines',
    );
  const decoder = new StringDecoder('utf8');
  const clean = json ? (text: string) => text : safeStream(io.colours);
  const pieces = follow
    ? await terminalOf({ client, address, io }, id)
    : await client.stream(OPERATIONS['tasks.terminal'], { id, format: json ? 'cast' : 'text' });
  for await (const bytes of pieces) await io.write(clean(decoder.write(Buffer.from(bytes))));
}

async function terminalOf(
  { client, address, io }: Pick<Session, 'client' | 'address' | 'io'>,
  id: TaskId,
): Promise<AsyncIterable<Uint8Array>> {
  const task = await client.call(OPERATIONS['tasks.get'], { id });
  if (task.attemptId === null) {
    throw new CliError(
      EXIT.failed,
      `${id} is ${task.state}: no agent has begun it yet; see "koubou tasks watch ${id}"`,
    );
  }
  return followTerminal(address, task.attemptId, io.stop);
}
