/** A shortcut, as this system writes it. */
import { isMac, writtenKeys } from './keys.ts';

export function Keys({ keys }: { readonly keys: string }) {
  return <kbd className="keys">{writtenKeys(keys, isMac())}</kbd>;
}
