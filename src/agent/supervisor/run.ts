/** `koubou agent supervise`: started by an agent for one attempt, told on standard input what it is. */
import { text } from 'node:stream/consumers';
import { keepAlive, systemClock } from '../clock.ts';
import { readEnvironment } from '../config.ts';
import { messageOf } from '../failure.ts';
import { openLog } from '../log.ts';
import { supervise } from './supervisor.ts';
import { LISTENING, Orders } from './protocol.ts';

/** @returns the exit code: 0 the attempt is over and its journal says how, 1 it could not be worked on */
export async function runSupervisor(): Promise<number> {
  const end = new AbortController();
  process.on('SIGTERM', () => end.abort());
  // The session of whoever started the agent ends: no concern of the attempt's.
  process.on('SIGHUP', () => {});
  process.on('SIGINT', () => {});
  // An agent that was killed right after it started us reads no more.
  process.stdout.on('error', () => {});
  const orders = Orders.safeParse(parse(await text(process.stdin)));
  if (!orders.success) {
    process.stderr.write(
      'koubou agent supervise is started by an agent, with orders on its input\n',
    );
    return 1;
  }
  const log = openLog(orders.data.spec.attemptId);
  const release = keepAlive();
  try {
    await supervise({
      orders: orders.data,
      environment: readEnvironment(),
      clock: systemClock,
      log,
      onListening: () => void process.stdout.write(LISTENING),
      end: end.signal,
    });
    return 0;
  } catch (error) {
    log.fatal({ err: error }, `the supervisor cannot go on: ${messageOf(error)}`);
    return 1;
  } finally {
    release();
  }
}

function parse(input: string): unknown {
  try {
    return JSON.parse(input);
  } catch {
    // No orders at all; the schema says so in its own words.
    return null;
  }
}
