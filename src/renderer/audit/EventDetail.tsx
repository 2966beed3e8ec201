/** One event as it stands in the record: its JSON, its hash and the hash before it. */
import { ActionIcon } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { IconX } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import type { OutputOf } from '../../shared/contract.ts';
import type { CallError } from '../client/call.ts';
import { CopyLine } from '../components/CopyLine.tsx';
import { ErrorNote } from '../components/ErrorNote.tsx';
import { useApp, useLanguage, useText } from '../context.ts';
import { whole } from '../format/size.ts';
import { exact } from '../format/time.ts';

export interface EventDetailProps {
  readonly seq: number;
  close(): void;
}

export function EventDetail({ seq, close }: EventDetailProps) {
  const { audit, common } = useText();
  const language = useLanguage();
  const { session } = useApp();
  const [found, setFound] = useState<OutputOf<'audit.event'> | null>(null);
  const [error, setError] = useState<CallError | null>(null);
  useHotkeys([['Escape', close]]);
  useEffect(() => {
    let isCurrent = true;
    void session.api.call('audit.event', { id: seq }).then((answer) => {
      if (!isCurrent) return;
      setFound(answer.ok ? answer.value : null);
      setError(answer.ok ? null : answer.error);
    });
    return () => {
      isCurrent = false;
    };
  }, [session, seq]);
  const shown = found?.event.seq === seq ? found : null;
  return (
    <aside
      className="audit-detail"
      aria-label={audit.event(String(seq))}
      data-testid="audit-detail"
    >
      <header>
        <h2 className="num">{audit.event(whole(seq, language))}</h2>
        <ActionIcon aria-label={audit.close} onClick={close} data-testid="audit-detail-close">
          <IconX size={16} />
        </ActionIcon>
      </header>
      {error && <ErrorNote error={error} />}
      {shown === null && error === null && <p className="dim">{common.loading}</p>}
      {shown && (
        <>
          <p className="dim">
            <code>{shown.event.event.type}</code> · {exact(shown.event.at, language)} ·{' '}
            {shown.event.actor}
          </p>
          <h3>{audit.json}</h3>
          <pre data-testid="audit-json" tabIndex={0} aria-label={audit.json}>
            {JSON.stringify(shown.event.event, null, 2)}
          </pre>
          <h3>{audit.hash}</h3>
          <CopyLine text={shown.hash} />
          <h3>{audit.previous}</h3>
          <CopyLine text={shown.previous} />
          <p className="faint audit-how">{audit.computed}</p>
        </>
      )}
    </aside>
  );
}
