/** Runs on a host of the laboratory: what connects to 127.0.0.1:PORT there is passed on to HOST:PORT. */
import { connect, createServer } from 'node:net';

const [port, host = '', target] = process.argv.slice(2);
createServer((near) => {
  const far = connect(Number(target), host);
  const pairs = [
    [near, far],
    [far, near],
  ] as const;
  for (const [one, other] of pairs) {
    one.on('error', () => other.resetAndDestroy());
    one.on('close', () => other.destroy());
    one.pipe(other);
  }
}).listen(Number(port), '127.0.0.1');
