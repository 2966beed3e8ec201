/** Everything that ever happened, newest first: filters, single events with their hashes, the file, and the check of the chain. */
import { Button, Tooltip } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconDownload } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { useAddress } from '../address.ts';
import { ScreenHead } from '../components/ScreenHead.tsx';
import { useApp, useData, useLanguage, useText } from '../context.ts';
import { download } from '../format/download.ts';
import { whole } from '../format/size.ts';
import { Connecting } from '../shell/Connecting.tsx';
import { selectIsLoaded } from '../store/selectors.ts';
import './audit.css';
import { AuditFilters } from './AuditFilters.tsx';
import { AuditList } from './AuditList.tsx';
import { EventDetail } from './EventDetail.tsx';
import { meantBy, typedIn, type Field } from './filter.ts';
import { VerifyButton, VerifyNote } from './Verify.tsx';
import { useVerify } from './use-verify.ts';

export function AuditScreen() {
  const isLoaded = useData(selectIsLoaded);
  return isLoaded ? <LoadedAudit /> : <Connecting />;
}

function LoadedAudit() {
  const { audit } = useText();
  const language = useLanguage();
  const [address, put] = useAddress();
  const total = useData(({ live }) => live.seq ?? 0);
  const verify = useVerify();
  const [before, setBefore] = useState<number | undefined>();
  // The same filter is the same object, whatever event is open.
  const key = new URLSearchParams([...address].filter(([name]) => name !== 'event')).toString();
  const typed = useMemo(() => typedIn(new URLSearchParams(key)), [key]);
  const filter = useMemo(() => meantBy(typed).filter, [typed]);
  const chosen = Number(address.get('event') ?? 0);

  function set(changes: Partial<Record<Field | 'event', string>>): void {
    if (!('event' in changes)) setBefore(undefined);
    put(changes);
  }

  return (
    <div className="audit" data-testid="audit-screen">
      <ScreenHead
        title={audit.title}
        count={audit.count(whole(total, language))}
        actions={
          <>
            <ExportButton filter={filter} />
            <VerifyButton verify={verify} />
          </>
        }
      />
      <AuditFilters typed={typed} set={set} />
      <VerifyNote audit={verify.audit} />
      <div className="audit-body">
        <AuditList
          filter={filter}
          isFiltered={Object.keys(filter).length > 0}
          before={before}
          goOn={setBefore}
          chosen={chosen}
          choose={(seq) => set({ event: String(seq) })}
        />
        {chosen > 0 && <EventDetail seq={chosen} close={() => set({ event: '' })} />}
      </div>
    </div>
  );
}

function ExportButton({ filter }: { readonly filter: ReturnType<typeof meantBy>['filter'] }) {
  const { audit } = useText();
  const { session } = useApp();
  const [isBusy, setBusy] = useState(false);
  async function save(): Promise<void> {
    setBusy(true);
    const answer = await session.api.file('audit.export', filter);
    setBusy(false);
    if (answer.ok) return download(answer.value, 'koubou-audit.ndjson');
    notifications.show({ color: 'red', title: audit.notExported, message: answer.error.message });
  }
  return (
    <Tooltip label={audit.exportHint}>
      <Button
        variant="default"
        leftSection={<IconDownload size={14} />}
        loading={isBusy}
        onClick={() => void save()}
        data-testid="audit-export"
      >
        {audit.export}
      </Button>
    </Tooltip>
  );
}
