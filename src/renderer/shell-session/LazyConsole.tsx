/** A console, loaded with its terminal when it is first looked at. */
import { Loader } from '@mantine/core';
import { lazy, Suspense } from 'react';
import type { ConsoleId } from '../../shared/console.ts';
import { Empty } from '../components/Empty.tsx';
import { useText } from '../context.ts';

const ConsoleView = lazy(async () => {
  const { ConsoleView: component } = await import('./ConsoleView.tsx');
  return { default: component };
});

export function LazyConsole({ id }: { readonly id: ConsoleId }) {
  const { common } = useText();
  return (
    <Suspense fallback={<Empty icon={<Loader size="sm" />} title={common.loading} />}>
      <ConsoleView key={id} id={id} />
    </Suspense>
  );
}
