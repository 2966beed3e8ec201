/** Wheel, pinch and drag on a chart: zooms where the pointer is, moves sideways, and leaves upright scrolling to the rows. */
import { useEffect, useRef, type RefObject } from 'react';
import { browserClock } from '../../client/clock.ts';
import type { ChartView } from './use-view.ts';
import { lengthOf, timeAt } from './zoom.ts';

/** A notch of a wheel is about a hundred. */
const WHEEL_ZOOM = 0.0025;
const PINCH_ZOOM = 0.012;
/** A pinch comes as a wheel with Ctrl, in smaller steps than a notch. */
const PINCH_STEP = 40;
/** Less is a click with an unsteady hand. */
const DRAG_PX = 4;
const LINE_PX = 16;

/**
 * @param area what reacts
 * @param lanes what the times are measured along
 * @param rows what scrolls; where it does not, the wheel zooms
 */
export function useChartPointer(
  area: RefObject<HTMLElement | null>,
  lanes: RefObject<HTMLElement | null>,
  rows: RefObject<HTMLElement | null>,
  chart: ChartView,
): void {
  const latest = useRef(chart);
  useEffect(() => {
    latest.current = chart;
  });

  useEffect(() => {
    if (!area.current) return;
    const parts = { area: area.current, lanes, rows, chart: () => latest.current };
    const stopWheel = listenToWheel(parts);
    const stopDrag = listenToDrag(parts);
    return () => {
      stopWheel();
      stopDrag();
    };
  }, [area, lanes, rows]);
}

interface Parts {
  readonly area: HTMLElement;
  readonly lanes: RefObject<HTMLElement | null>;
  readonly rows: RefObject<HTMLElement | null>;
  readonly chart: () => ChartView;
}

function listenToWheel({ area, lanes, rows, chart }: Parts): () => void {
  function onWheel(event: WheelEvent): void {
    const { view, zoomBy } = chart();
    const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? LINE_PX : 1;
    const turned = event.shiftKey && event.deltaX === 0;
    const dx = (turned ? event.deltaY : event.deltaX) * unit;
    const dy = (turned ? 0 : event.deltaY) * unit;
    const isSideways = Math.abs(dx) > Math.abs(dy);
    const isPinch = event.ctrlKey || event.metaKey;
    if (!isPinch && !isSideways && scrolls(event, rows.current)) return;
    event.preventDefault();
    if (isSideways && !isPinch) return moveBy(-dx, lanes.current, chart());
    const speed = event.ctrlKey && Math.abs(dy) < PINCH_STEP ? PINCH_ZOOM : WHEEL_ZOOM;
    zoomBy(Math.exp(dy * speed), timeAt(shareAt(event.clientX, lanes.current), view));
  }
  area.addEventListener('wheel', onWheel, { passive: false });
  return () => area.removeEventListener('wheel', onWheel);
}

function listenToDrag({ area, lanes, chart }: Parts): () => void {
  let drag: { readonly x: number; readonly isMoving: boolean } | null = null;
  function onDown({ button, target, clientX }: PointerEvent): void {
    const isOnLane = target instanceof Element && target.closest('.lane') !== null;
    if (button === 0 && isOnLane) drag = { x: clientX, isMoving: false };
  }
  function onMove({ clientX }: PointerEvent): void {
    if (!drag || (!drag.isMoving && Math.abs(clientX - drag.x) < DRAG_PX)) return;
    moveBy(clientX - drag.x, lanes.current, chart());
    drag = { x: clientX, isMoving: true };
  }
  function onUp(): void {
    // The click that ends a drag sets no moment.
    if (drag?.isMoving === true) {
      area.addEventListener('click', swallow, true);
      browserClock.after(0, () => area.removeEventListener('click', swallow, true));
    }
    drag = null;
  }
  area.addEventListener('pointerdown', onDown);
  window.addEventListener('pointermove', onMove);
  window.addEventListener('pointerup', onUp);
  return () => {
    area.removeEventListener('pointerdown', onDown);
    window.removeEventListener('pointermove', onMove);
    window.removeEventListener('pointerup', onUp);
  };
}

/** The rows under the pointer are longer than their place: the wheel is theirs. */
function scrolls(event: WheelEvent, rows: HTMLElement | null): boolean {
  if (!rows || !event.composedPath().includes(rows)) return false;
  return rows.scrollHeight > rows.clientHeight + 1;
}

/** Moves what is seen with the pointer. */
function moveBy(px: number, lanes: HTMLElement | null, { view, panBy }: ChartView): void {
  panBy((-px / Math.max(1, lanes?.clientWidth ?? 1)) * lengthOf(view));
}

function shareAt(clientX: number, lanes: HTMLElement | null): number {
  const box = lanes?.getBoundingClientRect();
  return box ? (clientX - box.left) / Math.max(1, box.width) : 0.5;
}

function swallow(event: Event): void {
  event.stopPropagation();
}
