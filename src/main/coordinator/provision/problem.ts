/** Why a provisioning ended, and what to do. Codes of SSH, of the host's own answers and of steps are shown as they are. */
import { fail } from '../../../shared/result.ts';

export interface Problem {
  readonly code: string;
  readonly message: string;
}

export function problem(
  code: string,
  message: string,
): { readonly ok: false; readonly error: Problem } {
  return fail({ code, message });
}
