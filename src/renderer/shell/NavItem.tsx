/** One screen in the sidebar: its name, and how much waits there for a person. */
import { Tooltip } from '@mantine/core';
import { NavLink } from 'react-router';
import { useData, useText } from '../context.ts';
import type { NavEntry } from './nav.ts';

const none = (): number => 0;

export function NavItem({
  entry,
  isFolded,
}: {
  readonly entry: NavEntry;
  readonly isFolded: boolean;
}) {
  const text = useText();
  const { icon: Icon, badge, Below } = entry;
  const count = useData(badge?.count ?? none);
  const label = entry.label(text);
  const words = count > 0 ? badge?.words(count, text) : undefined;
  return (
    <li>
      <Tooltip
        label={words === undefined ? label : `${label} · ${words}`}
        position="right"
        disabled={!isFolded}
      >
        <NavLink className="nav-link" to={entry.path}>
          <Icon size={17} aria-hidden="true" />
          <span className="sidebar-words">{label}</span>
          {words !== undefined && (
            <>
              <span className="unseen">{`, ${words}`}</span>
              <span
                className="nav-count num"
                title={isFolded ? undefined : words}
                aria-hidden="true"
                data-testid={badge?.testId}
              >
                {count}
              </span>
            </>
          )}
        </NavLink>
      </Tooltip>
      {Below && !isFolded && <Below />}
    </li>
  );
}
