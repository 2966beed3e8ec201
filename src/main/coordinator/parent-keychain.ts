/** The system's keychain, as the desktop app that started this coordinator reaches it. */
import type { Clock } from '../../shared/clock.ts';
import { KEYCHAIN_VARIABLE, KeychainAnswer, type KeychainRequest } from '../../shared/keychain.ts';
import type { Keychain } from './secrets/secret-keeper.ts';

/** The system may ask its user first. */
const ANSWER_MS = 60_000;

export interface Parent {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly send?: ((message: KeychainRequest) => unknown) | undefined;
  on(event: 'message', listener: (message: unknown) => void): unknown;
  off(event: 'message', listener: (message: unknown) => void): unknown;
}

/** `null` without a parent that has one. */
export function parentKeychain(parent: Parent, clock: Clock): Keychain | null {
  if (parent.env[KEYCHAIN_VARIABLE] !== '1' || !parent.send) return null;
  let last = 0;

  async function ask(action: KeychainRequest['action'], text: string): Promise<string | null> {
    const id = ++last;
    const { promise, resolve } = Promise.withResolvers<string | null>();
    const listen = (message: unknown): void => {
      const answer = KeychainAnswer.safeParse(message).data;
      if (answer?.id === id) resolve(answer.text);
    };
    parent.on('message', listen);
    const cancel = clock.after(ANSWER_MS, () => resolve(null));
    parent.send?.({ type: 'keychain', id, action, text });
    try {
      return await promise;
    } finally {
      cancel();
      parent.off('message', listen);
    }
  }

  return {
    seal: async (text) => await ask('seal', text),
    open: async (text) => await ask('open', text),
  };
}
