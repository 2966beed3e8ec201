/** Keeps a view that breaks from taking the window with it. */
import { Button } from '@mantine/core';
import { Component, type ReactNode } from 'react';
import { useText } from '../context.ts';
import { Empty } from './Empty.tsx';

interface Props {
  readonly children: ReactNode;
}

interface State {
  readonly error: Error | null;
}

export class ErrorBoundary extends Component<Props, State> {
  override state: State = { error: null };

  static getDerivedStateFromError(error: unknown): State {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override render() {
    const { error } = this.state;
    if (!error) return this.props.children;
    return <Broken error={error} onReload={() => this.setState({ error: null })} />;
  }
}

function Broken({ error, onReload }: { readonly error: Error; readonly onReload: () => void }) {
  const { common } = useText();
  return (
    <Empty title={common.crashedTitle}>
      <p>{common.crashedText}</p>
      <p className="mono">{error.message}</p>
      <Button onClick={onReload}>{common.reload}</Button>
    </Empty>
  );
}
