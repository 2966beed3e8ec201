/** The coordinator's log: JSON lines on standard error, without secrets. */
import { destination, pino, type Logger } from 'pino';

/** Fields that carry secrets wherever they occur; whoever logs an object need not think of them. */
const SECRET_PATHS = ['token', 'gitToken', 'authorization', 'password', 'secret', 'cookie'].flatMap(
  (name) => [name, `*.${name}`, `*.*.${name}`],
);

/** @param level the least severe level that is written */
export function openLog(level: 'info' | 'warn'): Logger {
  const options = {
    level,
    base: { pid: process.pid },
    redact: { paths: SECRET_PATHS, censor: '[secret]' },
  };
  // Synchronous: the last words before a crash are the ones that matter.
  const out = destination({ dest: 2, sync: true });
  // A full disk takes no log. What the log is about goes on.
  out.on('error', () => {});
  return pino(options, out);
}
