/**
 * `koubou agent join URL --token T`: makes this PC an agent of the workshop that the invitation is from. Makes the key here, gets
 * a certificate for it, and writes both into the home, with a configuration to run by.
 */
import { X509Certificate } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { availableParallelism, homedir, hostname } from 'node:os';
import path from 'node:path';
import { JoinAnswer } from '../../shared/protocol/enrol.ts';
import { AgentConfig } from '../config.ts';
import { messageOf } from '../failure.ts';
import { realDisk } from '../host/durable.ts';
import { defaultHome, homeAt, type Home } from '../host/home.ts';
import { askDoor, DoorError } from './ask.ts';
import { findAuthority, StrangerError } from './find-authority.ts';
import { IdentityError, identityFiles, keepCertificate, makeKey, signingRequest } from './files.ts';
import { guestTls, tlsTrouble } from './tls.ts';

export interface JoinOptions {
  /** `https://host:port` */
  readonly url: string;
  /** The invitation. */
  readonly token: string;
  /** `undefined`: the usual one of this user. */
  readonly home: string | undefined;
  /** What this PC shall be called; `undefined`: as it calls itself. */
  readonly name: string | undefined;
  readonly print: (line: string) => void;
}

/** Joining cannot go on; the message says why and what to do. */
class JoinError extends Error {
  override readonly name = 'JoinError';
}

/** @returns the exit code: 0 joined, 1 not, 2 wrong use; what was wrong is on standard error */
export async function runJoin(options: JoinOptions): Promise<number> {
  try {
    const origin = originOf(options.url);
    const home = homeAt(
      path.resolve(options.home ?? defaultHome('user', process.platform, process.env)),
    );
    const { agentId, name } = await join(origin, home, options);
    options.print(`This PC is now the agent ${agentId} ("${name}") of the workshop at ${origin}.`);
    options.print(`Run it now:               koubou agent run --config ${shown(home.config)}`);
    options.print(
      `Run it whenever the PC is on: koubou agent service install --home ${shown(home.dir)}`,
    );
    return 0;
  } catch (error) {
    process.stderr.write(`koubou: ${explain(error, options.url)}\n`);
    return error instanceof JoinError ? 2 : 1;
  }
}

async function join(
  origin: string,
  home: Home,
  { token, name: wanted }: JoinOptions,
): Promise<JoinAnswer> {
  const [secret = '', fingerprint = ''] = token.split('.');
  if (secret === '' || fingerprint === '')
    throw new JoinError(
      'this is no invitation. "koubou agents invite" on the coordinator\'s PC prints one',
    );
  const authority = await findAuthority(origin, fingerprint);
  await refuseForeignHome(home, authority);
  await mkdir(home.dir, { recursive: true, mode: 0o700 });
  await makeKey(home.identity);
  const name = wanted ?? (hostname().slice(0, 100) || 'agent');
  const request = await signingRequest(home.identity, name);
  const answer = await askDoor(
    `${origin}/enrol`,
    { token, request, name },
    JoinAnswer,
    guestTls(authority),
  );
  await keepCertificate(home.identity, answer);
  await writeConfig(home, origin, answer);
  return answer;
}

/** A home that is another workshop's stays that. */
async function refuseForeignHome(home: Home, authority: string): Promise<void> {
  const known = await readFile(identityFiles(home.identity).authority, 'utf8').catch(() => null);
  if (known === null || fingerprintOf(known) === fingerprintOf(authority)) return;
  throw new JoinError(
    `${home.dir} holds an agent of another workshop. Remove that one first (koubou agent service uninstall --home ${shown(home.dir)}, then the folder), or give another folder with --home`,
  );
}

function fingerprintOf(pem: string): string {
  return new X509Certificate(pem).fingerprint256;
}

/** What a person set there stays. */
async function writeConfig(home: Home, coordinator: string, answer: JoinAnswer): Promise<void> {
  const { agentId, name } = answer;
  const before = AgentConfig.safeParse(parse(await readFile(home.config, 'utf8').catch(() => '')));
  const slots = Math.max(1, Math.min(4, Math.floor(availableParallelism() / 2)));
  const config = AgentConfig.parse({
    ...{ slots, dir: home.state, local: false, api: {} },
    ...before.data,
    ...{ coordinator, agentId, name, identity: home.identity, token: null },
  });
  await realDisk.write(home.config, `${JSON.stringify(config, null, 2)}\n`, 0o600);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function originOf(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed?.protocol === 'https:' && parsed.pathname === '/') return parsed.origin;
  throw new JoinError(
    `${JSON.stringify(url)} is no address of a coordinator; it looks like https://192.168.1.5:8443`,
  );
}

function explain(error: unknown, url: string): string {
  if (error instanceof JoinError || error instanceof DoorError) return error.message;
  if (error instanceof StrangerError || error instanceof IdentityError) return error.message;
  return (
    tlsTrouble(error, url, Date.now()) ??
    `the coordinator at ${url} cannot be reached: ${messageOf(error)}. Is it running, and does its firewall let this port in?`
  );
}

/** As one would type it. */
function shown(place: string): string {
  const home = homedir();
  const short = place.startsWith(`${home}${path.sep}`) ? `~${place.slice(home.length)}` : place;
  return /^[\w~./\\:-]+$/.test(short) ? short : `'${place}'`;
}
