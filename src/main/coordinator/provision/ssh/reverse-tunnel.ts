/**
 * A port on the host's loopback that leads to this coordinator, for hosts that cannot reach it. Kept alive, and made
 * again with growing pauses after the connection is lost; on the same port, since the agent there knows that one.
 *
 * opening → open → waiting → opening → …, until `close`, or until an error that only a person can mend.
 */
import type { Clock } from '../../../../shared/clock.ts';
import type { SshConnection } from './connection.ts';
import { messageOf, SshError } from './errors.ts';

export type TunnelState =
  | { readonly kind: 'opening' }
  | { readonly kind: 'open'; readonly port: number }
  /** `retryInMs` from now on, because of `why`. */
  | { readonly kind: 'waiting'; readonly retryInMs: number; readonly why: string }
  | { readonly kind: 'failed'; readonly error: SshError }
  | { readonly kind: 'closed' };

export interface TunnelOptions {
  /** Opens a new connection; it is the tunnel's from then on. */
  readonly open: (signal: AbortSignal) => Promise<SshConnection>;
  readonly to: { readonly host: string; readonly port: number };
  /** The port on the host; 0 lets it pick one, which is then kept. */
  readonly port: number;
  readonly clock: Clock;
}

export interface ReverseTunnel {
  state(): TunnelState;
  /** Called at each change; the answer ends it. */
  onChange(listener: (state: TunnelState) => void): () => void;
  close(): Promise<void>;
}

const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 60_000;

/** The old connection's port may be held for a while after it was lost; then another one is taken. */
const TRIES_FOR_THE_PORT = 6;

export function openReverseTunnel({ open, to, port, clock }: TunnelOptions): ReverseTunnel {
  const listeners = new Set<(state: TunnelState) => void>();
  const stop = new AbortController();
  let state: TunnelState = { kind: 'opening' };
  let current: SshConnection | undefined;
  const enter = (next: TunnelState): void => {
    state = next;
    for (const listener of listeners) listener(next);
  };

  const run = async (): Promise<void> => {
    let wanted = port;
    let failures = 0;
    while (!stop.signal.aborted) {
      if (state.kind !== 'opening') enter({ kind: 'opening' });
      const isStubborn = failures >= TRIES_FOR_THE_PORT;
      const outcome = await serveOnce(isStubborn ? 0 : wanted, (opened) => {
        wanted = opened;
        failures = 0;
        enter({ kind: 'open', port: opened });
      });
      if (stop.signal.aborted) return;
      if (!isPassing(outcome, wanted)) return enter({ kind: 'failed', error: outcome });
      const pause = Math.min(FIRST_PAUSE_MS * 2 ** failures, LONGEST_PAUSE_MS);
      failures += 1;
      enter({ kind: 'waiting', retryInMs: pause, why: outcome.message });
      await sleep(clock, pause, stop.signal);
    }
  };

  /** Resolves with why it is over. */
  const serveOnce = async (wanted: number, opened: (port: number) => void): Promise<SshError> => {
    try {
      current = await open(stop.signal);
      const forward = await current.forwardIn(wanted, to);
      if (!stop.signal.aborted) opened(forward.port);
      // `close` ends it too.
      const why = stop.signal.aborted ? null : await current.ended;
      return why ?? new SshError({ code: 'lost', host: '', message: 'The connection was closed.' });
    } catch (error) {
      if (error instanceof SshError) return error;
      return new SshError({ code: 'lost', host: '', message: messageOf(error), cause: error });
    } finally {
      await current?.close();
      current = undefined;
    }
  };

  const running = run();
  return {
    state: () => state,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close() {
      stop.abort();
      await current?.close();
      await running;
      if (state.kind !== 'closed') enter({ kind: 'closed' });
      listeners.clear();
    },
  };
}

/** A refused port may come free; a host that gives none at all will not change by itself. */
function isPassing(error: SshError, wanted: number): boolean {
  return error.passing || (error.code === 'forward_refused' && wanted !== 0);
}

async function sleep(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const stop = (): void => resolve();
  const cancel = clock.after(ms, stop);
  signal.addEventListener('abort', stop, { once: true });
  await promise;
  cancel();
  signal.removeEventListener('abort', stop);
}
