/** What the acts and the handlers of the stand-in work with, besides the state itself. */
import { type User } from './model.ts';
import { type Token, type Installation, type App } from './sign-in/model.ts';
import { type Webhooks } from './webhooks.ts';
import { type World } from './world.ts';

export interface Context {
  readonly world: World;
  readonly hooks: Webhooks;
  /** The folder of all bare repositories. */
  readonly root: string;
  /** Whether the first question after a change is answered with "not worked out yet". */
  readonly isLateWithMergeable: boolean;
}

/** Who sent a request. */
export type Caller =
  | { kind: 'nobody' }
  | { kind: 'app'; app: App; user: User }
  | { kind: 'token'; token: Token; user: User; installation: Installation | null };

/** Whose budget a request is counted in. */
export function accountOf(caller: Caller): string {
  if (caller.kind === 'nobody') return '127.0.0.1';
  if (caller.kind === 'app') return `app ID ${String(caller.app.id)}`;
  if (caller.installation) return `installation ID ${String(caller.installation.id)}`;
  return `user ID ${String(caller.user.id)}`;
}
