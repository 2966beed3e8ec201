/** What a role may: whatever stands inside is disabled for those who may not, and says why. The coordinator has the last word. */
import type { ReactNode } from 'react';
import { roleFor } from '../../shared/access.ts';
import type { Permission } from '../../shared/operation.ts';
import { useText } from '../context.ts';
import { useMay } from './use-may.ts';
import './people.css';

export interface AllowedProps {
  readonly needs: Permission;
  readonly children: ReactNode;
}

export function Allowed({ needs, children }: AllowedProps) {
  const { people } = useText();
  const isAllowed = useMay(needs);
  if (isAllowed) return children;
  // Buttons inside are disabled by the browser itself, keyboard and all.
  return (
    <fieldset className="allowed" disabled title={people.needs(roleWord(needs, people.roles))}>
      {children}
    </fieldset>
  );
}

/** In place of what somebody may not even see. */
export function OnlyFor({ needs }: { readonly needs: Permission }) {
  const { people } = useText();
  return (
    <p className="dim" role="note" data-testid="only-for">
      {people.needs(roleWord(needs, people.roles))}
    </p>
  );
}

function roleWord(needs: Permission, words: Readonly<Record<string, string>>): string {
  const role = roleFor(needs);
  return words[role] ?? role;
}
