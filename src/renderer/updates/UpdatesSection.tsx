/** Settings → Updates: the version, where new ones come from, what is going on, and the way back. */
import { Button, SegmentedControl, TextInput } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import type { UpdatePhase, UpdateView, WayBack } from '../../shared/update.ts';
import { RelativeTime } from '../components/RelativeTime.tsx';
import { useText } from '../context.ts';
import { UpdateChoices } from './UpdateChoices.tsx';
import './updates.css';
import { useUpdate, type UpdateHand } from './use-update.ts';

export function UpdatesSection() {
  const { settings, updates } = useText();
  const { view, order } = useUpdate();
  if (!window.koubou) return <p className="settings-note">{settings.onlyDesktop}</p>;
  if (!view) return null;
  const isOff = view.phase.at === 'off';
  return (
    <div className="settings-rows panel" data-testid="updates">
      <Row label={`${updates.version} ${view.version}`} hint={<State phase={view.phase} />}>
        {view.phase.at === 'ready' ? (
          <UpdateChoices phase={view.phase} order={order} />
        ) : (
          <Button
            variant="default"
            disabled={isOff}
            loading={view.phase.at === 'checking'}
            onClick={() => order({ do: 'check' })}
            data-testid="update-check"
          >
            {updates.check}
          </Button>
        )}
      </Row>
      {!isOff && <Source key={view.server} view={view} order={order} />}
      {view.back && <Back back={view.back} order={order} />}
    </div>
  );
}

function State({ phase }: { readonly phase: UpdatePhase }) {
  const { updates } = useText();
  if (phase.at === 'off') return updates.off[phase.why];
  if (phase.at === 'checking') return updates.checking;
  if (phase.at === 'downloading') return updates.downloading(phase.version, phase.percent);
  if (phase.at === 'installing') return updates.installing(phase.version);
  if (phase.at === 'ready') {
    const { version, waits, keepsAttempts } = phase;
    const note = keepsAttempts ? updates.readyNote : updates.readyIdle;
    return `${waits ? updates.waiting(version) : updates.ready(version)}. ${note}`;
  }
  const { checkedAt } = phase;
  if (checkedAt === null) return updates.never;
  return (
    <>
      {phase.at === 'refused' ? (
        <span role="alert" data-testid="update-refused" data-problem={phase.problem}>
          {updates.problems[phase.problem]}
        </span>
      ) : (
        phase.found !== null && updates.found[phase.found]
      )}{' '}
      <RelativeTime at={checkedAt} words={updates.checkedAt} />
      {phase.at === 'refused' && (
        <span className="update-detail" lang="en">
          {' '}
          {phase.detail}
        </span>
      )}
    </>
  );
}

interface SourceProps {
  readonly view: UpdateView;
  readonly order: UpdateHand['order'];
}

function Source({ view: { channel, server, isUsual }, order }: SourceProps) {
  const { updates } = useText();
  const [typed, setTyped] = useState(isUsual ? '' : server);
  const isWrong = typed !== '' && !/^https?:$/.test(URL.parse(typed)?.protocol ?? '');
  return (
    <>
      <Row label={updates.channel} hint={updates.channelHint}>
        <SegmentedControl
          aria-label={updates.channel}
          value={channel}
          data={[
            { value: 'stable' as const, label: updates.channels.stable },
            { value: 'beta' as const, label: updates.channels.beta },
          ]}
          onChange={(value) =>
            order({ do: 'source', channel: value, server: isUsual ? '' : server })
          }
          data-testid="update-channel"
        />
      </Row>
      <Row label={updates.server} hint={updates.serverHint}>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (!isWrong) order({ do: 'source', channel, server: typed });
          }}
        >
          <TextInput
            className="update-server"
            aria-label={updates.server}
            value={typed}
            placeholder={isUsual ? server : ''}
            error={isWrong ? updates.serverWrong : null}
            spellCheck={false}
            onChange={(event) => setTyped(event.currentTarget.value.trim())}
            data-testid="update-server"
          />
          <Button
            type="submit"
            variant="default"
            size="compact-sm"
            mt={8}
            disabled={isWrong || typed === (isUsual ? '' : server)}
          >
            {updates.save}
          </Button>
        </form>
      </Row>
    </>
  );
}

function Back({ back, order }: { readonly back: WayBack; readonly order: UpdateHand['order'] }) {
  const { updates } = useText();
  const { kept, away, data } = updates.backHint;
  const where = back.isKept ? kept : away;
  return (
    <Row label={updates.back} hint={back.backup === null ? where : `${where} ${data(back.backup)}`}>
      <Button variant="default" onClick={() => order({ do: 'back' })} data-testid="update-back">
        {updates.goBack(back.version)}
      </Button>
    </Row>
  );
}

interface RowProps {
  readonly label: string;
  readonly hint: ReactNode;
  readonly children: ReactNode;
}

function Row({ label, hint, children }: RowProps) {
  return (
    <div className="setting">
      <div className="setting-words">
        <span className="setting-label">{label}</span>
        <p>{hint}</p>
      </div>
      <div className="setting-field">{children}</div>
    </div>
  );
}
