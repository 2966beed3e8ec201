/** The end of what a host printed. Follows what is added while its end is in sight. */
import { useLayoutEffect, useRef } from 'react';
import '../components/printed.css';
import { useText } from '../context.ts';

/** Whoever has scrolled up further than this reads, and is left there. */
const NEAR_PX = 24;

export function StepOutput({ text }: { readonly text: string }) {
  const { runs } = useText().hosts;
  const box = useRef<HTMLPreElement>(null);
  const isAtEnd = useRef(true);
  useLayoutEffect(() => {
    if (box.current && isAtEnd.current) box.current.scrollTop = box.current.scrollHeight;
  });
  return (
    <pre
      className="printed step-output"
      data-ground="terminal"
      ref={box}
      tabIndex={0}
      aria-label={runs.output}
      onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => {
        isAtEnd.current = scrollHeight - scrollTop - clientHeight < NEAR_PX;
      }}
      data-testid="step-output"
    >
      {text}
    </pre>
  );
}
