/** Begins an update of all agents that have an older program; says first what will happen. */
import { Button, Popover, SegmentedControl } from '@mantine/core';
import { IconArrowUp } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { ErrorNote } from '../components/ErrorNote.tsx';
import { useCall } from '../components/use-call.ts';
import { useData, useText } from '../context.ts';
import { selectAgents, selectRollout } from '../store/selectors.ts';
import { canUpdate } from './versions.ts';

/** Offered numbers of agents that are updated at the same time. */
const AT_ONCE = [1, 2, 5, 10];

export function RolloutButton() {
  const { rollout: words } = useText().hosts;
  const agents = useData(selectAgents);
  const rollout = useData(selectRollout);
  const [isOpen, setOpen] = useState(false);
  const [atOnce, setAtOnce] = useState(1);
  const start = useCall('rollouts.start');
  const count = useMemo(
    () => [...agents.values()].filter((agent) => canUpdate(agent, rollout)).length,
    [agents, rollout],
  );
  const isUnderWay = rollout?.state === 'running' || rollout?.state === 'paused';
  if (!rollout || count === 0 || isUnderWay) return null;
  const offered = AT_ONCE.filter((each) => each === 1 || each < count);

  async function begin(): Promise<void> {
    if (await start.run({ atOnce })) setOpen(false);
  }

  return (
    <Popover
      opened={isOpen}
      onChange={setOpen}
      position="bottom-end"
      shadow="md"
      width={340}
      trapFocus
    >
      <Popover.Target>
        <Button
          variant="light"
          leftSection={<IconArrowUp size={14} />}
          onClick={() => setOpen(!isOpen)}
          data-testid="rollout-open"
        >
          {words.button(count)}
        </Button>
      </Popover.Target>
      <Popover.Dropdown className="rollout-start">
        <p>{words.lead(rollout.version)}</p>
        {offered.length > 1 && (
          <div className="rollout-once">
            <span className="dim">{words.atOnce}</span>
            <SegmentedControl
              aria-label={words.atOnce}
              value={String(atOnce)}
              data={offered.map(String)}
              onChange={(value) => setAtOnce(Number(value))}
            />
          </div>
        )}
        {start.error && <ErrorNote error={start.error} />}
        <Button loading={start.isBusy} onClick={() => void begin()} data-testid="rollout-start">
          {words.start}
        </Button>
      </Popover.Dropdown>
    </Popover>
  );
}
