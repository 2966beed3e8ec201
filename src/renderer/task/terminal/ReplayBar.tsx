/** Below the terminal: play and pause, speed, and the whole recording as a strip on which every moment can be reached. */
import { ActionIcon, Select, Switch, Tooltip } from '@mantine/core';
import { IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react';
import { useStore } from 'zustand';
import { useNow } from '../../components/now.ts';
import { useText } from '../../context.ts';
import type { Player } from './player.ts';
import type { Recorded } from './recorded.ts';
import { SPEEDS } from './replay.ts';
import { ScrubStrip } from './ScrubStrip.tsx';
import { useActivity } from './use-activity.ts';

export interface ReplayBarProps {
  readonly recorded: Recorded;
  readonly player: Player;
}

export function ReplayBar({ recorded, player }: ReplayBarProps) {
  const { player: words } = useText();
  const isPlaying = useStore(player.state, (state) => state.isPlaying);
  const speed = useStore(player.state, (state) => state.speed);
  const skipsIdle = useStore(player.state, (state) => state.skipsIdle);
  const now = useNow();
  const activity = useActivity(recorded);
  return (
    <div className="replay" role="group" aria-label={words.replay}>
      <ActionIcon
        variant="default"
        size="lg"
        disabled={activity === null}
        aria-label={isPlaying ? words.pause : words.play}
        onClick={() => (isPlaying ? player.pause() : player.play())}
        data-testid="replay-play"
        data-playing={isPlaying}
      >
        {isPlaying ? <IconPlayerPause size={16} /> : <IconPlayerPlay size={16} />}
      </ActionIcon>
      {activity ? (
        <ScrubStrip recorded={recorded} player={player} activity={activity} now={now} />
      ) : (
        <span className="faint replay-empty">{words.nothing}</span>
      )}
      <Select
        size="xs"
        w={76}
        aria-label={words.speed}
        data={SPEEDS.map((factor) => ({
          value: String(factor),
          label: words.times(String(factor)),
        }))}
        value={String(speed)}
        onChange={(value) => player.setSpeed(SPEEDS.find((one) => String(one) === value) ?? 1)}
        data-testid="replay-speed"
      />
      <Tooltip label={words.skipIdleHint}>
        <Switch
          size="xs"
          label={words.skipIdle}
          checked={skipsIdle}
          onChange={(event) => player.setSkipsIdle(event.currentTarget.checked)}
        />
      </Tooltip>
    </div>
  );
}
