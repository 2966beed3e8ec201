/** Answers our coordinator when it wants a secret sealed by the system's keychain, or one opened. */
import type { SafeStorage } from 'electron';
import { KeychainRequest, type KeychainAnswer } from '../../shared/keychain.ts';

/** What of Electron's `safeStorage` is needed. */
export type Storage = Pick<
  SafeStorage,
  'isEncryptionAvailable' | 'encryptString' | 'decryptString'
> &
  Partial<Pick<SafeStorage, 'getSelectedStorageBackend'>>;

/** False where secrets would be sealed with a key that everybody knows. */
function hasKeychain(storage: Storage, platform: string): boolean {
  if (!storage.isEncryptionAvailable()) return false;
  const backend = platform === 'linux' ? storage.getSelectedStorageBackend?.() : 'system';
  return backend !== undefined && backend !== 'basic_text' && backend !== 'unknown';
}

/**
 * The answer to a message of the coordinator; `null` when it is about something else. The keychain is not touched before:
 * some systems ask their user then.
 */
export function answerKeychain(
  message: unknown,
  storage: Storage,
  platform: string = process.platform,
): KeychainAnswer | null {
  const request = KeychainRequest.safeParse(message).data;
  if (!request) return null;
  const { id, action, text } = request;
  try {
    if (!hasKeychain(storage, platform)) return { type: 'keychain', id, text: null };
    const done =
      action === 'seal'
        ? storage.encryptString(text).toString('base64')
        : storage.decryptString(Buffer.from(text, 'base64'));
    return { type: 'keychain', id, text: done };
  } catch {
    // Locked, or sealed by another user: the coordinator says what to do.
    return { type: 'keychain', id, text: null };
  }
}
