/**
 * The empty shell that the real window is measured against: the same component library, router and fonts, and a long list that
 * looks like the table of tasks, of plain elements that nothing ever changes.
 */
import '@fontsource-variable/inter';
import '@mantine/core/styles.css';
import { MantineProvider, Title } from '@mantine/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import { memo, useRef, type CSSProperties } from 'react';
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
            <Line key={key} index={index} top={start} />
          ))}
        </div>
      </div>
    </main>
  );
}

const LINE: CSSProperties = {
  position: 'absolute',
  right: 0,
  left: 0,
  display: 'grid',
  gridTemplateColumns: '20px minmax(220px, 1fr) 104px 190px 120px 120px 88px 92px',
  gap: 12,
  alignItems: 'center',
  height: LINE_PX,
  padding: '0 14px',
  fontSize: 13,
  whiteSpace: 'nowrap',
  borderBottom: '1px solid #8884',
  contain: 'layout style',
};
const CHIP: CSSProperties = { padding: '2px 8px', background: '#8882', borderRadius: 10 };
const BAR: CSSProperties = { width: 18, height: 4, background: '#46c', borderRadius: 2 };

const Line = memo(function Line({ index, top }: { readonly index: number; readonly top: number }) {
  return (
    <div style={{ ...LINE, transform: `translateY(${top}px)` }}>
      <input type="checkbox" aria-label={`Select ${index}`} />
      <a href="#/" style={{ overflow: 'hidden', textOverflow: 'ellipsis' }}>
        task-{index} Totals are wrong when a cart holds the same item twice ({index})
      </a>
      <span>
        <span style={CHIP}>In progress</span>
      </span>
      <span style={{ display: 'flex', gap: 3, alignItems: 'center' }}>
        {Array.from({ length: 7 }, (_, n) => (
          <span key={n} style={BAR} />
        ))}
        Testing
      </span>
      <span>kiln-{index % 1_000}</span>
      <span>shop-{index % 12}</span>
      <span>+40 −12</span>
      <span>now</span>
    </div>
  );
});
