/** The checks of a pull request, those that failed first, each with the way to what it wrote. */
import { Button } from '@mantine/core';
import { useState } from 'react';
import type { PullCheck } from '../../../shared/domain/pull.ts';
import { useText } from '../../context.ts';
import { webAddress } from './pull-state.ts';

const RANKS = { failed: 0, pending: 1, passed: 2 } as const;
const MOST_AT_FIRST = 5;

export function CheckList({ runs }: { readonly runs: readonly PullCheck[] }) {
  const { pull: words } = useText();
  const [isWhole, setWhole] = useState(false);
  const all = runs.toSorted((a, b) => RANKS[a.state] - RANKS[b.state]);
  const shown = isWhole ? all : all.slice(0, MOST_AT_FIRST);
  return (
    <>
      <ul className="pull-checks" data-testid="pull-checks">
        {shown.map((run, index) => (
          <li key={`${run.name} ${index}`} data-state={run.state}>
            <span className="pull-dot" data-checks={run.state} aria-hidden="true" />
            <CheckName run={run} />
            <span className="faint">{words.checkStates[run.state]}</span>
          </li>
        ))}
      </ul>
      {all.length > shown.length && (
        <Button variant="subtle" size="compact-xs" onClick={() => setWhole(true)}>
          {words.moreChecks(all.length)}
        </Button>
      )}
    </>
  );
}

function CheckName({ run: { name, url } }: { readonly run: PullCheck }) {
  const href = webAddress(url);
  if (href === null)
    return (
      <span className="clip" title={name}>
        {name}
      </span>
    );
  return (
    <a className="clip" href={href} target="_blank" rel="noreferrer" title={name}>
      {name}
    </a>
  );
}
