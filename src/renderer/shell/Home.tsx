/** `/`: an empty workshop begins with the start screen, one that does its first task with that, every other with the first screen. */
import { Redirect } from '../components/Redirect.tsx';
import { useData } from '../context.ts';
import { selectHasTasks, selectIsLoaded, selectOnlyTask } from '../store/selectors.ts';
import { Connecting } from './Connecting.tsx';
import { HOME_PATH } from './nav.ts';

export function Home() {
  const isLoaded = useData(selectIsLoaded);
  const hasTasks = useData(selectHasTasks);
  const only = useData(selectOnlyTask);
  if (!isLoaded) return <Connecting />;
  const first = only === undefined ? HOME_PATH : `/tasks/${only}`;
  return <Redirect to={hasTasks ? first : '/start'} />;
}
