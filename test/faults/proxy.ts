/** The wire between an agent and the coordinator: passes bytes, and breaks in the ways that wires break. */
import { createServer, connect, type Socket } from 'node:net';
import { once } from 'node:events';

export interface Proxy {
  readonly port: number;
  /** Resets every connection. @returns how many there were */
  cut(): number;
  /** Resets the next connection that has carried `bytes` more towards the agent. @returns false without connections */
  cutAfter(bytes: number): boolean;
  /** Holds all bytes back, until it is told to let go. */
  hold(isHeld: boolean): void;
  /** Each piece arrives so much later (ms). */
  delay(ms: number): void;
  close(): Promise<void>;
}

export async function openProxy(host: string, target: () => number): Promise<Proxy> {
  const pairs = new Set<Pair>();
  const wire = { held: false, delayMs: 0, cutAfter: Number.POSITIVE_INFINITY };
  const server = createServer((near) => {
    const far = connect(target(), '127.0.0.1');
    const pair: Pair = { near, far };
    pairs.add(pair);
    for (const end of [near, far]) {
      end.on('error', () => breakPair(pair));
      end.once('close', () => breakPair(pair));
    }
    pass(near, far, () => false);
    pass(far, near, (size) => {
      wire.cutAfter -= size;
      if (wire.cutAfter > 0) return false;
      wire.cutAfter = Number.POSITIVE_INFINITY;
      breakPair(pair);
      return true;
    });
  });
  server.listen(0, host);
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port');

  function breakPair(pair: Pair): void {
    if (!pairs.delete(pair)) return;
    for (const end of [pair.near, pair.far]) end.resetAndDestroy();
  }

  /** @param isCut told how much arrived; true when that broke the connection */
  function pass(from: Socket, to: Socket, isCut: (size: number) => boolean): void {
    let chain = Promise.resolve();
    from.on('data', (bytes) => {
      from.pause();
      chain = chain.then(async () => {
        if (wire.delayMs > 0) await new Promise((resolve) => setTimeout(resolve, wire.delayMs));
        while (wire.held && !from.destroyed)
          await new Promise((resolve) => setTimeout(resolve, 20));
        if (to.destroyed || isCut(bytes.length)) return;
        if (!to.write(bytes)) await Promise.race([once(to, 'drain'), once(to, 'close')]);
        from.resume();
      });
      // A write that fails breaks the pair, by its own event.
      chain.catch(() => {});
    });
    from.on('end', () => {
      // A pair that broke has no end left to say.
      chain.then(() => to.end()).catch(() => {});
    });
  }

  return {
    port: address.port,
    cut() {
      const count = pairs.size;
      for (const pair of [...pairs]) breakPair(pair);
      return count;
    },
    cutAfter(bytes) {
      wire.cutAfter = bytes;
      return pairs.size > 0;
    },
    hold(isHeld) {
      wire.held = isHeld;
    },
    delay(ms) {
      wire.delayMs = ms;
    },
    async close() {
      for (const pair of [...pairs]) breakPair(pair);
      server.close();
      await once(server, 'close');
    },
  };
}

interface Pair {
  readonly near: Socket;
  readonly far: Socket;
}
