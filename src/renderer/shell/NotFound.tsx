/** An address that leads nowhere. */
import { Button } from '@mantine/core';
import { Link } from 'react-router';
import { Empty } from '../components/Empty.tsx';
import { useText } from '../context.ts';

export function NotFound() {
  const { common } = useText();
  return (
    <Empty isScreen title={common.notFoundTitle}>
      <p>{common.notFoundText}</p>
      <Button component={Link} to="/tasks" variant="default">
        {common.toTasks}
      </Button>
    </Empty>
  );
}
