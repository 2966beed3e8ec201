/** Where the queue is: in this coordinator, or on Redis with others; and the way to move it. */
import { Button, Group, Modal, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { OutputOf } from '../../shared/contract.ts';
import { ErrorNote } from '../components/ErrorNote.tsx';
import { useAnswer } from '../components/use-answer.ts';
import { useCall } from '../components/use-call.ts';
import { useText } from '../context.ts';

const ASK_AGAIN_MS = 5_000;
const NOTHING = {};

export function EngineCard() {
  const { engine: words } = useText().queue;
  const { value } = useAnswer('queue.engine', NOTHING, ASK_AGAIN_MS);
  const [isMoving, setMoving] = useState(false);
  return (
    <section className="queue-card panel" aria-labelledby="queue-engine" data-testid="queue-engine">
      <div className="queue-card-head">
        <h2 id="queue-engine">{words.title}</h2>
        <Button
          variant="subtle"
          size="compact-xs"
          disabled={!value}
          onClick={() => setMoving(true)}
        >
          {words.move}
        </Button>
      </div>
      {value && <Place engine={value} />}
      {isMoving && <MoveDialog onClose={() => setMoving(false)} />}
    </section>
  );
}

function Place({ engine }: { readonly engine: OutputOf<'queue.engine'> }) {
  const { engine: words } = useText().queue;
  if (engine.kind === 'embedded') {
    return (
      <>
        <p>{words.embedded}</p>
        <p className="dim">{words.embeddedText}</p>
      </>
    );
  }
  const { address, site, sites, state, unshared, why } = engine;
  const others = sites.filter((one) => one !== site);
  return (
    <>
      <p>{words.redis}</p>
      {state === 'away' && (
        <p className="queue-away" role="status">
          {words.away(why ?? '–')}
        </p>
      )}
      <dl className="queue-facts-list">
        <dt>{words.address}</dt>
        <dd className="mono">{address}</dd>
        <dt>{words.site}</dt>
        <dd>{site ?? '–'}</dd>
        <dt>{words.sites}</dt>
        <dd>{others.length === 0 ? words.alone : others.join(', ')}</dd>
      </dl>
      {unshared > 0 && <p className="dim">{words.unshared(unshared)}</p>}
    </>
  );
}

function MoveDialog({ onClose }: { onClose(): void }) {
  const { queue, common } = useText();
  const { engine: words } = queue;
  const [to, setTo] = useState('');
  const move = useCall('queue.move');
  async function confirm(): Promise<void> {
    if (await move.run({ to: to.trim() })) onClose();
  }
  return (
    <Modal opened onClose={onClose} title={words.moveTitle}>
      <Text size="sm" c="var(--kb-dim)" mb="sm">
        {words.moveText}
      </Text>
      <TextInput
        label={words.to}
        description={words.toHint}
        value={to}
        onChange={({ currentTarget }) => setTo(currentTarget.value)}
      />
      {move.error && <ErrorNote error={move.error} />}
      <Group justify="flex-end" gap={8} mt="md">
        <Button variant="default" onClick={onClose}>
          {common.cancel}
        </Button>
        <Button disabled={to.trim() === ''} loading={move.isBusy} onClick={() => void confirm()}>
          {words.confirm}
        </Button>
      </Group>
    </Modal>
  );
}
