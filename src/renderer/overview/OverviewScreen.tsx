/** What goes on in the workshop, whether anything is wrong, and what needs a person: one screen that can stay open all day. */
import { useDeferredValue } from 'react';
import { ScreenHead } from '../components/ScreenHead.tsx';
import { useData, useIsLoaded, useText } from '../context.ts';
import { Connecting } from '../shell/Connecting.tsx';
import { selectHasTasks } from '../store/selectors.ts';
import { FirstRun } from './FirstRun.tsx';
import { HealthLines } from './HealthLines.tsx';
import { LatestEvents } from './LatestEvents.tsx';
import { NeedsYou } from './NeedsYou.tsx';
import './overview.css';
import { StateBar } from './StateBar.tsx';
import { Team } from './Team.tsx';
import { Trends } from './Trends.tsx';

export function OverviewScreen() {
  return useIsLoaded() ? <LoadedOverview /> : <Connecting />;
}

function LoadedOverview() {
  const { overview } = useText();
  const hasTasks = useData(selectHasTasks);
  // These measure the page when they come, which lays all of it out: they come right after the rest, in a step of their own.
  const isDrawn = useDeferredValue(true, false);
  return (
    <div className="ov-screen" data-testid="overview">
      <ScreenHead title={overview.title} />
      <div className="ov">
        <HealthLines />
        {hasTasks ? <StateBar /> : <FirstRun />}
        <div className="ov-main">
          <Team />
          {hasTasks && isDrawn && <Trends />}
        </div>
        <div className="ov-side">
          {hasTasks && isDrawn && <NeedsYou />}
          {isDrawn && <LatestEvents />}
        </div>
      </div>
    </div>
  );
}
