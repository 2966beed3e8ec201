/** What goes on in the workshop, whether anything is wrong, and what needs a person: one screen that can stay open all day. */
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
  const { overview } = useText();
  const isLoaded = useIsLoaded();
  const hasTasks = useData(selectHasTasks);
  if (!isLoaded) return <Connecting />;
  return (
    <div className="ov-screen" data-testid="overview">
      <ScreenHead title={overview.title} />
      <div className="ov">
        <HealthLines />
        {hasTasks ? <StateBar /> : <FirstRun />}
        <div className="ov-main">
          <Team />
          {hasTasks && <Trends />}
        </div>
        <div className="ov-side">
          {hasTasks && <NeedsYou />}
          <LatestEvents />
        </div>
      </div>
    </div>
  );
}
