/** How far below the top of what scrolls an element begins: what a list that is drawn in parts must know. */
import { useLayoutEffect, useState, type RefObject } from 'react';

/** CSS pixels. The first child of the scroller must hold everything that may grow above the element. */
export function useTopWithin(
  element: RefObject<HTMLElement | null>,
  scroller: RefObject<HTMLElement | null>,
): number {
  const [top, setTop] = useState(0);
  useLayoutEffect(() => {
    const content = scroller.current?.firstElementChild;
    if (!content) return undefined;
    const measure = (): void => {
      const outer = scroller.current;
      if (!outer || !element.current) return;
      const inside = element.current.getBoundingClientRect().top;
      setTop(Math.round(inside - outer.getBoundingClientRect().top + outer.scrollTop));
    };
    measure();
    // Whatever grows or shrinks above moves it.
    const observer = new ResizeObserver(measure);
    observer.observe(content);
    return () => observer.disconnect();
  }, [element, scroller]);
  return top;
}
