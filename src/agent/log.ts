/** The agent's log: JSON lines on standard error. Tokens and keys are never passed to it. */
import { destination, pino, type Logger } from 'pino';

export function openLog(agent: string): Logger {
  return pino(
    { base: { agent }, timestamp: pino.stdTimeFunctions.isoTime },
    destination({ fd: 2, sync: true }),
  );
}
