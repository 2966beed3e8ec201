/** Before the first snapshot. */
import { Loader } from '@mantine/core';
import { Empty } from '../components/Empty.tsx';
import { useText, useUi } from '../context.ts';
import { selectCoordinator } from '../store/selectors.ts';

export function Connecting() {
  const { connection } = useText();
  const { status } = useUi(selectCoordinator);
  return (
    <Empty
      icon={<Loader size="sm" />}
      title={status === 'ready' ? connection.connecting : connection.starting}
    />
  );
}
