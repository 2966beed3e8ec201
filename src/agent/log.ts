/** The log of an agent or supervisor: JSON lines on standard error. Tokens and keys are never passed to it. */
import { destination, pino, type Logger } from 'pino';

/** @param of the agent, or the attempt, that speaks */
export function openLog(of: string): Logger {
  const out = destination({ fd: 2, sync: true });
  // A full disk takes no log. What the log is about goes on.
  out.on('error', () => {});
  return pino({ base: { agent: of }, timestamp: pino.stdTimeFunctions.isoTime }, out);
}
