/** What steps say and why one ended, in the window's language; where there is no value or word for it, as it was said. Pure. */
import type { Provisioning, ProvisioningStep, StepSaid } from '../../shared/provisioning.ts';
import { bytes } from '../format/size.ts';
import type { Text } from '../i18n/en.ts';

export function stepWords(
  { said, message }: Pick<ProvisioningStep, 'said' | 'message'>,
  { provisioning }: Pick<Text, 'provisioning'>,
): string {
  return said ? saidWords(said, provisioning) : message;
}

/** `detail`: the coordinator's own sentence, where it is not the one that is shown. */
export function problemWords(
  { code, message }: NonNullable<Provisioning['error']>,
  { provisioning }: Pick<Text, 'provisioning'>,
): { readonly words: string; readonly detail: string | null } {
  const words = provisioning.problems[code];
  return words === undefined ? { words: message, detail: null } : { words, detail: message };
}

/** The name of a line of the report. */
export function checkName(name: string, { provisioning }: Pick<Text, 'provisioning'>): string {
  return provisioning.checks[name] ?? name;
}

function saidWords(said: StepSaid, words: Text['provisioning']): string {
  const to = words.said;
  switch (said.code) {
    case 'key_known':
    case 'fits':
    case 'removed':
      return to[said.code];
    case 'reached':
      return to.reached(said);
    case 'key_accepted':
      return to.key_accepted(said);
    case 'signed_in':
      return to.signed_in(said);
    case 'probed':
      return to.probed(said);
    case 'fits_barely':
      return to.fits_barely(said.checks.map((name) => words.checks[name] ?? name));
    case 'there_already':
      return to.there_already(said);
    case 'uploaded':
      return to.uploaded({
        size: bytes(said.bytes),
        speed: said.bytesPerS === null ? null : `${bytes(said.bytesPerS)}/s`,
        resumedAt: said.resumedAt > 0 ? bytes(said.resumedAt) : null,
      });
    case 'installed':
      return to.installed(said);
    case 'connected':
      return to.connected(said);
    case 'ready':
      return to.ready(said);
    case 'nothing_there':
      return to.nothing_there(said);
    case 'left':
      return to.left(said);
  }
}
