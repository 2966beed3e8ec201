/** Certificates of a server on this machine, signed by an authority that nobody else trusts. */
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';

const openssl = promisify(execFile);

/** Writes `ca.pem`, `redis.pem` and `redis.key` into the folder. */
export async function makeCertificates(dir: string): Promise<void> {
  const at = (name: string): string => path.join(dir, name);
  const run = (args: string): Promise<unknown> => openssl('openssl', args.split(' '), { cwd: dir });
  const key = '-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes';
  await run(`req -x509 ${key} -keyout ca.key -out ca.pem -days 2 -subj /CN=Koubou-test`);
  await run(
    `req -x509 ${key} -keyout redis.key -out redis.pem -days 2 -subj /CN=localhost -CA ${at('ca.pem')} -CAkey ${at('ca.key')} -addext subjectAltName=IP:127.0.0.1,DNS:localhost -addext basicConstraints=critical,CA:FALSE`,
  );
}
