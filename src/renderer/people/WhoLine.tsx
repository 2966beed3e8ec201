/** Who one is here, and as what: for whoever came in with a token of their own. */
import { Tooltip } from '@mantine/core';
import { IconUser } from '@tabler/icons-react';
import { useText, useUi } from '../context.ts';
import './people.css';

export function WhoLine({ isFolded }: { readonly isFolded: boolean }) {
  const { people } = useText();
  const me = useUi((ui) => ui.me);
  if (!me?.access) return null;
  const role = people.roles[me.role];
  const words = `${me.access.name} · ${role}`;
  return (
    <Tooltip label={`${words}: ${people.means[me.role]}`} position="right" multiline w={260}>
      <p className="who-line" tabIndex={0} aria-label={words} data-testid="who">
        <IconUser size={14} aria-hidden="true" />
        {!isFolded && <span className="clip">{words}</span>}
      </p>
    </Tooltip>
  );
}
