/** Remembers the last refusal of the gateway, which knows better than an engine's words why something went wrong. */
import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import { TroubleClass } from '../../shared/domain/engine-trouble.ts';
import { TROUBLE_HEADER, TROUBLE_UNTIL_HEADER } from '../../shared/models.ts';
import type { EngineTrouble } from '../engines/engine.ts';

export interface Troubles {
  last(): EngineTrouble | null;
  /** An answer begins: one that goes well ends what was remembered. */
  hear(answer: IncomingMessage): Heard;
  /** There was no answer at all. */
  unreachable(): void;
}

/** One answer that is listened to. */
export interface Heard {
  readonly wantsBody: boolean;
  readonly body: (chunk: Buffer) => void;
  /** All of it was passed on. */
  ended(): void;
  /** It stopped in the middle. */
  broke(): void;
}

/** The body of a refusal, in both shapes. */
const Refusal = z.looseObject({ error: z.looseObject({ message: z.string() }) });
const Until = z.coerce.number().int().positive();
/** Enough for a sentence. */
const MOST_BODY = 16 * 1024;

export function createTroubles(): Troubles {
  let trouble: EngineTrouble | null = null;
  return {
    last: () => trouble,
    unreachable() {
      trouble = { class: 'network', message: 'the coordinator did not answer', until: null };
    },
    hear(answer) {
      const kind = troubleIn(answer);
      const until = Until.safeParse(answer.headers[TROUBLE_UNTIL_HEADER]).data ?? null;
      const said = `the gateway answered ${answer.statusCode}`;
      const own: EngineTrouble | null = kind && { class: kind, message: said, until };
      trouble = own;
      let body = '';
      return {
        wantsBody: kind !== null,
        body(chunk) {
          if (body.length < MOST_BODY) body += chunk.toString('utf8');
        },
        ended() {
          // Another call may have been answered meanwhile.
          if (own && trouble === own) trouble = { ...own, message: messageIn(body) ?? said };
        },
        broke() {
          const message = 'the connection to the coordinator broke in the middle of an answer';
          trouble = { class: 'network', message, until: null };
        },
      };
    },
  };
}

/** What the gateway calls it; `null`: it is an answer. */
export function troubleIn(answer: IncomingMessage): TroubleClass | null {
  return TroubleClass.safeParse(answer.headers[TROUBLE_HEADER]).data ?? null;
}

function messageIn(body: string): string | null {
  try {
    return Refusal.safeParse(JSON.parse(body)).data?.error.message ?? null;
  } catch {
    // Compressed, or cut off: the class says enough.
    return null;
  }
}
