/**
 * One hop: the SSH handshake and the sign-in over a stream that is already open. The only file that makes an ssh2
 * client, and it cannot be called without something that verifies the host key; ssh2 itself would trust any.
 */
import type { Duplex } from 'node:stream';
import ssh2, { type Client, type ConnectConfig } from 'ssh2';
import type { Clock } from '../../../../shared/clock.ts';
import { beginSignIn, type SignIn } from './sign-in.ts';
import type { Ask, RunMemory } from './ask.ts';
import { cancelled, messageOf, SshError } from './errors.ts';
import type { HostKeyCheck } from './host-key.ts';
import type { Hop } from './route.ts';
import { addressOf } from './target.ts';

export interface Timeouts {
  /** For the TCP connection. */
  readonly connectMs: number;
  /** Until the host has said what it is and proven its key; not while a person is asked. */
  readonly handshakeMs: number;
  /** For each answer while signing in. */
  readonly replyMs: number;
  /** A connection that is silent for three of these is lost. */
  readonly keepaliveMs: number;
}

export interface HopDeps {
  readonly hop: Hop;
  readonly stream: Duplex;
  readonly hostKey: HostKeyCheck;
  readonly ask: Ask;
  readonly memory: RunMemory;
  readonly clock: Clock;
  readonly timeouts: Timeouts;
  readonly signal: AbortSignal;
  readonly log: (line: string) => void;
}

/** Takes the stream over. @throws SshError; the stream is closed then */
export async function openHop(deps: HopDeps): Promise<Client> {
  const { hop, signal, memory } = deps;
  const client = new ssh2.Client();
  const wait = createWait(deps);
  const signIn = beginSignIn({ hop, memory, signal, ask: wait.ask, isOpen: wait.isOpen });
  const heard: Buffer[] = [];
  const listen = (chunk: Buffer): void => {
    if (heard.length < 4) heard.push(chunk.subarray(0, 256));
  };
  const abort = (): void => wait.fail(cancelled(addressOf(hop)));
  signal.addEventListener('abort', abort, { once: true });
  client
    .on('handshake', () => wait.phase('sign-in'))
    .on('ready', () => {
      signIn.succeeded();
      wait.done();
    })
    .on('change password', () => wait.fail(expired(hop)))
    .on('error', (error: Error & { level?: string }) => {
      deps.log(`${addressOf(hop)}: ${error.message}`);
      // About one key only; the next is offered.
      if (error.level !== 'agent') wait.fail(translate(error, deps, heard));
    })
    .on('close', () => wait.closed(closedEarly(hop, heard)));
  try {
    client.connect(configOf(deps, wait, signIn));
    // ssh2 has paused the stream, so this does not take anything away from it.
    deps.stream.on('data', listen);
    await wait.result;
    return client;
  } catch (error) {
    client.end();
    deps.stream.destroy();
    throw error;
  } finally {
    wait.stop();
    deps.stream.off('data', listen);
    signal.removeEventListener('abort', abort);
  }
}

function configOf(deps: HopDeps, wait: Wait, signIn: SignIn): ConnectConfig {
  const { hop, stream, hostKey, timeouts } = deps;
  return {
    sock: stream,
    host: hop.host,
    username: hop.user,
    // Its clock would run while a person is asked; ours stops.
    readyTimeout: 0,
    keepaliveInterval: timeouts.keepaliveMs,
    keepaliveCountMax: 3,
    algorithms: { serverHostKey: [...hostKey.algorithms] },
    hostVerifier: (key: Buffer, answer: (trusted: boolean) => void) => {
      wait
        .during(() => hostKey.verify(Buffer.from(key)))
        .then(
          () => answer(true),
          (error: unknown) => {
            wait.fail(error);
            answer(false);
          },
        );
    },
    authHandler: (left, _partial, next) => {
      wait.phase('sign-in');
      const goOn = async (): Promise<void> => {
        try {
          if (left === null) await hostKey.keep();
          const method = await signIn.next(left);
          if (method !== undefined) next(method);
          else wait.fail(wait.isOpen() ? failed(deps, signIn) : lost(hop));
        } catch (error) {
          wait.fail(error);
        }
      };
      void goOn();
    },
  };
}

/** Counts a connection that ended without a way in, unless a wrong answer was counted already. */
function failed({ hop, memory }: HopDeps, signIn: SignIn): SshError {
  const failure = signIn.failure();
  if (failure.code === 'auth_failed') memory.failed(hop);
  return failure;
}

interface Wait {
  readonly result: Promise<void>;
  readonly ask: Ask;
  isOpen(): boolean;
  /** Runs something during which the host need not say anything. */
  during(run: () => Promise<void>): Promise<void>;
  phase(phase: 'sign-in'): void;
  done(): void;
  fail(error: unknown): void;
  closed(error: SshError): void;
  stop(): void;
}

/** The end of the handshake, whatever brings it, and the clock that runs while the host has to say something. */
function createWait({ hop, ask, clock, timeouts, signal }: HopDeps): Wait {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let stopTimer = (): void => undefined;
  let busy = 0;
  let limit = timeouts.handshakeMs;
  let hungUp: SshError | undefined;
  let isOver = false;
  // Whoever awaits the result hears of it; a failure before that is no stray one.
  promise.catch(() => undefined);
  const restart = (): void => {
    stopTimer();
    if (busy === 0 && !isOver) stopTimer = clock.after(limit, () => reject(tooSlow(hop, limit)));
  };
  const during = async <T>(run: () => Promise<T>): Promise<T> => {
    busy += 1;
    stopTimer();
    try {
      return await run();
    } finally {
      busy -= 1;
      restart();
      // Asked again at once on a new connection, while the old question still stands, would be two questions.
      if (busy === 0 && hungUp !== undefined) reject(lost(hop));
    }
  };
  restart();
  if (signal.aborted) reject(cancelled(addressOf(hop)));
  return {
    result: promise,
    ask: (question, inner) => during(() => ask(question, inner)),
    isOpen: () => hungUp === undefined,
    during,
    phase: () => {
      limit = timeouts.replyMs;
      restart();
    },
    done: resolve,
    fail: (error) => {
      if (hungUp === undefined || busy === 0)
        reject(error instanceof Error ? error : new Error(messageOf(error)));
    },
    closed: (error) => {
      hungUp ??= error;
      if (busy === 0) reject(error);
    },
    stop: () => {
      isOver = true;
      stopTimer();
    },
  };
}

function translate(
  error: Error & { level?: string },
  { hop }: HopDeps,
  heard: readonly Buffer[],
): SshError {
  const host = addressOf(hop);
  const said = messageOf(error);
  const cause = error;
  if (/no matching/i.test(said)) {
    const message = `${host} and the built-in SSH client share no algorithm (${said.replace(/^Handshake failed: /, '')}). Install ssh on this computer, or allow curve25519-sha256 and ssh-ed25519 in its sshd_config.`;
    return new SshError({ code: 'no_common_algorithm', host, message, cause });
  }
  if (/too many authentication failures/i.test(said)) {
    const message = `${host} ended the sign-in of ${hop.user} after too many failures. Name the right key with IdentityFile, wait a minute, and try again.`;
    return new SshError({ code: 'auth_failed', host, message, cause });
  }
  if (error.level === 'protocol' || /ident|header|greeting/i.test(said))
    return closedEarly(hop, heard);
  return lost(hop, said);
}

/** Closed, or not understood, before the handshake was done. */
function closedEarly(hop: Hop, heard: readonly Buffer[]): SshError {
  const host = addressOf(hop);
  const text = Buffer.concat(heard).toString('latin1');
  if (/^SSH-/m.test(text)) return lost(hop, 'it hung up');
  const line = JSON.stringify(text.split(/\r?\n/)[0]?.slice(0, 80) ?? '');
  if (text === '' || /not allowed at this time|exceeded maxstartups/i.test(text)) {
    const message = `${host} hung up without a word of SSH${text === '' ? '' : `, saying ${line}`}. Hosts do so for a minute after failed sign-ins or when many connect at once: wait, then try again. If it stays, check that the port is the one of sshd.`;
    return new SshError({ code: 'shut_out', host, message });
  }
  const message = `${host} is not an SSH server: it said ${line}. Correct the port.`;
  return new SshError({ code: 'not_ssh', host, message });
}

function lost(hop: Hop, why = 'it hung up'): SshError {
  const host = addressOf(hop);
  const message = `The connection to ${host} was lost while signing in (${why}). Try again.`;
  return new SshError({ code: 'lost', host, message });
}

function tooSlow(hop: Hop, ms: number): SshError {
  const host = addressOf(hop);
  const message = `${host} took the connection and then said nothing for ${Math.round(ms / 1000)} s. Check that the port is the one of sshd, and that the host is not overloaded.`;
  return new SshError({ code: 'timeout', host, message });
}

function expired(hop: Hop): SshError {
  const host = addressOf(hop);
  const message = `The password of ${hop.user} on ${host} has expired. Sign in there by hand, set a new one, and try again.`;
  return new SshError({ code: 'auth_failed', host, message });
}
