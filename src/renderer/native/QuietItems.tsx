/** For the menu of the desktop app: for how long the system's notices are not wanted. */
import { Menu } from '@mantine/core';
import { IconBell, IconBellOff, IconCheck } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import type { Bridge, Quiet, QuietChoice } from '../../shared/bridge.ts';
import { useLanguage, useText } from '../context.ts';
import { timeOfDay } from './time-of-day.ts';

const CHOICES: readonly QuietChoice[] = ['off', 'hour', 'morning', 'always'];

export function QuietItems() {
  // In a browser there are no such notices.
  return window.koubou ? <Items bridge={window.koubou} /> : null;
}

function Items({ bridge }: { readonly bridge: Bridge<File> }) {
  const { native } = useText();
  const language = useLanguage();
  const [quiet, setQuiet] = useState<Quiet | null>(null);
  useEffect(() => {
    // An hour may have passed since the menu was open.
    void bridge.getQuiet().then(setQuiet);
  }, [bridge]);
  if (!quiet) return null;
  const title =
    quiet.kind === 'until' ? native.quietUntil(timeOfDay(quiet.at, language)) : native.notices;
  return (
    <>
      <Menu.Label data-testid="quiet-label">{title}</Menu.Label>
      {CHOICES.map((choice) => (
        <Menu.Item
          key={choice}
          leftSection={choice === 'off' ? <IconBell size={15} /> : <IconBellOff size={15} />}
          rightSection={quiet.kind === choice ? <IconCheck size={14} /> : null}
          onClick={() => void bridge.setQuiet(choice).then(setQuiet)}
          data-testid={`quiet-${choice}`}
        >
          {native.quiet[choice]}
        </Menu.Item>
      ))}
    </>
  );
}
