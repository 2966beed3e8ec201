/** `koubou tasks watch` and `koubou tasks logs`: what happens, as it happens. */
import { StringDecoder } from 'node:string_decoder';
import { OPERATIONS } from '../../shared/contract.ts';
import { describe, stateAfter } from '../../shared/domain/describe.ts';
import { taskOfEvent, type StoredEvent } from '../../shared/domain/event.ts';
import { isEnd } from '../../shared/domain/task.ts';
import type { TaskId } from '../../shared/ids.ts';
import { CliError, EXIT, writeLine, type CliIo } from '../io.ts';
import { followEvents, followTerminal } from '../follow.ts';
import { clockTime, paint, paintState } from '../print.ts';
import { safeLine, safeStream } from '../safe-text.ts';
import type { Session } from '../session.ts';

/** Prints events until Ctrl-C; those of one task from its beginning and to its end. */
export async function watch(session: Session, id: TaskId | undefined): Promise<void> {
  const { io, client, address } = session;
  const { seq } = await client.call(OPERATIONS['snapshot.get'], {});
  if (id !== undefined && (await printPast(session, id, seq))) return;
  for await (const stored of followEvents(address, seq, io.stop)) {
    const about = taskOfEvent(stored.event);
    if (id !== undefined && about !== id) continue;
    await printEvent(session, stored);
    if (id !== undefined && isLast(stored)) return;
  }
}

/** Prints what happened to a task up to `seq`; answers whether its end was among it. */
async function printPast(session: Session, id: TaskId, seq: number): Promise<boolean> {
  let after = 0;
  for (;;) {
    const page = await session.client.call(OPERATIONS['tasks.events'], { id, after, limit: 500 });
    for (const stored of page.events) {
      if (stored.seq > seq) return false;
      await printEvent(session, stored);
      if (isLast(stored)) return true;
    }
    if (page.nextAfter === null) return false;
    after = page.nextAfter;
  }
}

async function printEvent({ io, json }: Session, stored: StoredEvent): Promise<void> {
  await writeLine(
    io,
    json ? JSON.stringify(stored) : eventLine(io, stored, taskOfEvent(stored.event)),
  );
}

function isLast({ event }: StoredEvent): boolean {
  const state = stateAfter(event);
  return state !== null && isEnd(state);
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
