/** The empty shell that the real window is measured against: the same component library, router and fonts, and a plain long list. */
import '@fontsource-variable/inter';
import '@mantine/core/styles.css';
import { MantineProvider, Title } from '@mantine/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef } from 'react';
import { createRoot } from 'react-dom/client';
import { createHashRouter } from 'react-router';
import { RouterProvider } from 'react-router/dom';

const LINES = 10_000;
const LINE_PX = 36;

const router = createHashRouter([{ path: '*', element: <Shell /> }]);
const root = document.querySelector('#root');
if (!root) throw new Error('index.html lacks #root');
createRoot(root).render(
  <MantineProvider defaultColorScheme="auto">
    <RouterProvider router={router} />
  </MantineProvider>,
);

function Shell() {
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: LINES,
    getScrollElement: () => scroller.current,
    estimateSize: () => LINE_PX,
    overscan: 8,
    useFlushSync: false,
  });
  return (
    <main data-testid="bare">
      <Title order={1}>Bare</Title>
      <div className="lines" ref={scroller} style={{ height: 700, overflow: 'auto' }}>
        <div style={{ height: virtual.getTotalSize(), position: 'relative' }}>
          {virtual.getVirtualItems().map(({ key, index, start }) => (
            <div key={key} style={{ position: 'absolute', top: start }}>
              Line {index} of a plain list
            </div>
          ))}
        </div>
      </div>
    </main>
  );
}
