/** The open view of a task. The terminal is large and loaded when it is first looked at. */
import { Loader } from '@mantine/core';
import { lazy, Suspense } from 'react';
import type { Task } from '../../shared/domain/task.ts';
import { Empty } from '../components/Empty.tsx';
import { useText } from '../context.ts';
import { ChangesTab } from './changes/ChangesTab.tsx';
import type { Tab } from './tabs.ts';
import { TimelineTab } from './timeline/TimelineTab.tsx';
import { TestsTab } from './tests/TestsTab.tsx';
import { TranscriptTab } from './transcript/TranscriptTab.tsx';
import { WhyTab } from './why/WhyTab.tsx';

const TerminalTab = lazy(async () => {
  const { TerminalTab: component } = await import('./terminal/TerminalTab.tsx');
  return { default: component };
});

export function TabPanel({ task, open }: { readonly task: Task; readonly open: Tab }) {
  const { common } = useText();
  switch (open) {
    case 'timeline':
      return <TimelineTab task={task} />;
    case 'terminal':
      return (
        <Suspense fallback={<Empty icon={<Loader size="sm" />} title={common.loading} />}>
          <TerminalTab task={task} />
        </Suspense>
      );
    case 'changes':
      return <ChangesTab task={task} />;
    case 'transcript':
      return <TranscriptTab task={task} />;
    case 'tests':
      return <TestsTab task={task} />;
    case 'why':
      return <WhyTab task={task} />;
  }
}
