/** When there is no way on without the user: the coordinator cannot start, or this page has no valid token. */
import { Button } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { useState } from 'react';
import '../components/printed.css';
import { useText, useUi } from '../context.ts';
import { selectCoordinator } from '../store/selectors.ts';

export function CannotStart() {
  const { connection } = useText();
  const coordinator = useUi(selectCoordinator);
  // In a browser the only thing that can be wrong is the token.
  const hasFailed = coordinator.status === 'failed' && window.koubou !== undefined;
  if (!hasFailed) {
    const title = coordinator.status === 'failed' ? connection.noToken : connection.badToken;
    return (
      <section className="cannot" data-testid="no-token">
        <h1>{title}</h1>
        <p>{connection.noTokenTodo}</p>
      </section>
    );
  }
  return (
    <section className="cannot" role="alert" data-testid="cannot-start">
      <h1>{connection.failedTitle}</h1>
      <p>{connection.failedLead}</p>
      <p className="cannot-why">{coordinator.why}</p>
      <div>
        <RetryButton />
      </div>
      {coordinator.log.length > 0 && (
        <>
          <p>{connection.logTitle}</p>
          <pre className="printed cannot-log" data-ground="terminal" data-testid="coordinator-log">
            {coordinator.log.join('\n')}
          </pre>
        </>
      )}
    </section>
  );
}

function RetryButton() {
  const { connection } = useText();
  const [isBusy, setBusy] = useState(false);
  return (
    <Button
      size="sm"
      leftSection={<IconRefresh size={15} />}
      loading={isBusy}
      data-testid="coordinator-retry"
      onClick={() => {
        setBusy(true);
        void window.koubou?.retry().finally(() => setBusy(false));
      }}
    >
      {connection.retry}
    </Button>
  );
}
