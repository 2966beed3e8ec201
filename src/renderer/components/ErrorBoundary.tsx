/** Keeps a view that breaks from taking the window with it. */
import { Button } from '@mantine/core';
import { Component, type ReactNode } from 'react';
import { useText } from '../context.ts';
import { Empty } from './Empty.tsx';

interface Props {
  readonly children: ReactNode;
  /** Another place is tried anew: what broke at one address says nothing about the next. */
  readonly place?: string;
}

interface State {
  readonly error: Error | null;
  readonly place: string | undefined;
}

export class ErrorBoundary extends Component<Props, State> {
  override state: State = { error: null, place: this.props.place };

  static getDerivedStateFromProps({ place }: Props, before: State): State | null {
    return place === before.place ? null : { error: null, place };
  }

  static getDerivedStateFromError(error: unknown): Pick<State, 'error'> {
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
    <Empty isScreen title={common.crashedTitle}>
      <p>{common.crashedText}</p>
      <p className="mono">{error.message}</p>
      <Button onClick={onReload}>{common.reload}</Button>
    </Empty>
  );
}
