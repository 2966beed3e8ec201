/** `/`: an empty workshop begins with the start screen, every other one with its tasks. */
import { Navigate } from 'react-router';
import { useData } from '../context.ts';
import { selectHasTasks, selectIsLoaded } from '../store/selectors.ts';
import { Connecting } from './Connecting.tsx';

export function Home() {
  const isLoaded = useData(selectIsLoaded);
  const hasTasks = useData(selectHasTasks);
  if (!isLoaded) return <Connecting />;
  return <Navigate to={hasTasks ? '/tasks' : '/start'} replace />;
}
