import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { KeychainRequest } from '../../shared/keychain.ts';
import { setClock } from './fleet/identity/testing.ts';
import { parentKeychain, type Parent } from './parent-keychain.ts';

/** A desktop app that answers with `answer`, or not at all. */
function parent(answer: ((text: string) => string | null) | undefined): Parent & EventEmitter {
  const emitter = new EventEmitter();
  return Object.assign(emitter, {
    env: { KOUBOU_KEYCHAIN: '1' },
    send(message: KeychainRequest) {
      const { id, text, type } = KeychainRequest.parse(message);
      if (!answer) return;
      emitter.emit('message', { type: 'leave' });
      emitter.emit('message', { type, id: id + 1, text: 'of another question' });
      emitter.emit('message', { type, id, text: answer(text) });
    },
  });
}

test('what the desktop app answers to a question is the answer to that question', async () => {
  const app = parent((text) => `<${text}>`);
  const keychain = parentKeychain(app, setClock());
  expect(await keychain?.seal('a')).toBe('<a>');
  expect(await keychain?.open('b')).toBe('<b>');
  expect(app.listenerCount('message')).toBe(0);
});

test('an app that does not answer is not waited for without end', async () => {
  const clock = setClock();
  const answer = parentKeychain(parent(undefined), clock)?.seal('a');
  clock.advance(60_000);
  expect(await answer).toBeNull();
});

test('without such an app there is no keychain', () => {
  const clock = setClock();
  const { on, off, env, send } = parent(undefined);
  expect(parentKeychain({ on, off, send, env: {} }, clock)).toBeNull();
  expect(parentKeychain({ on, off, env }, clock)).toBeNull();
});
