/**
 * Reads the body of a delivery while its signature is computed, a piece at a time: whatever its size, the event loop is never
 * held up and little of it is kept. Only what was signed with the secret is handed on.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

export type ReadBody =
  | { readonly state: 'signed'; readonly text: string }
  /** The signature is right; it was not kept, because nobody wants it or it is too much. */
  | { readonly state: 'left_out'; readonly size: number }
  | { readonly state: 'wrong_signature' | 'too_large' | 'gone' };

export interface BodyLimits {
  /** Above this nothing more is read, bytes. */
  readonly most: number;
  /** Above this it is not kept. */
  readonly kept: number;
  /** All bodies that are being read together; above this they are not kept. */
  readonly together: number;
  /** A sender that is silent for so long is not waited for. */
  readonly silentMs: number;
}

export interface BodyReader {
  read(request: IncomingMessage, secret: string, given: string, keep: boolean): Promise<ReadBody>;
}

export function createBodyReader({ most, kept, together, silentMs }: BodyLimits): BodyReader {
  let held = 0;

  return {
    async read(request, secret, given, keep) {
      const hmac = createHmac('sha256', secret);
      const pieces: Buffer[] = [];
      let size = 0;
      let ours = 0;
      let isKept = keep;
      const drop = (): void => {
        held -= ours;
        ours = 0;
        pieces.length = 0;
        isKept = false;
      };
      request.setTimeout(silentMs, () => request.destroy());
      try {
        for await (const piece of request.iterator({ destroyOnReturn: false })) {
          if (!Buffer.isBuffer(piece)) return { state: 'gone' };
          size += piece.length;
          if (size > most) return { state: 'too_large' };
          hmac.update(piece);
          if (!isKept) continue;
          ours += piece.length;
          held += piece.length;
          pieces.push(piece);
          if (size > kept || held > together) drop();
        }
        if (!request.complete) return { state: 'gone' };
        if (!isSame(`sha256=${hmac.digest('hex')}`, given)) return { state: 'wrong_signature' };
        if (!isKept) return { state: 'left_out', size };
        return { state: 'signed', text: Buffer.concat(pieces).toString() };
      } catch {
        return { state: 'gone' }; // The sender went away: there is nobody to tell.
      } finally {
        held -= ours;
      }
    },
  };
}

function isSame(a: string, b: string): boolean {
  const [x, y] = [Buffer.from(a), Buffer.from(b)];
  return x.length === y.length && timingSafeEqual(x, y);
}
