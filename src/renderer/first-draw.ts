/**
 * When the page is drawn for the first time: with the workshop, where that is only a moment away. Else the frame would be drawn
 * without it, and most of it again right after. Looks at the stores only.
 */
import type { Clock } from '../shared/clock.ts';
import type { DataStore } from './store/data.ts';
import { selectCoordinator, selectIsLoaded } from './store/selectors.ts';
import type { UiStore } from './store/ui.ts';

/** Nobody looks at an empty window for longer. */
const MOST_MS = 120;

export interface FirstDraw {
  readonly data: Pick<DataStore, 'getState' | 'subscribe'>;
  readonly ui: Pick<UiStore, 'getState' | 'subscribe'>;
  readonly clock: Pick<Clock, 'after'>;
}

/** Calls `draw` once: when the workshop is there, when it is told that there is no coordinator to wait for, or after a while. */
export function whenToDraw({ data, ui, clock }: FirstDraw, draw: () => void): void {
  const { status } = selectCoordinator(ui.getState());
  if (selectIsLoaded(data.getState()) || (status !== 'starting' && status !== 'ready'))
    return draw();
  const go = (): void => {
    stopData();
    stopUi();
    cancel();
    draw();
  };
  const stopData = data.subscribe((state) => {
    if (selectIsLoaded(state)) go();
  });
  const stopUi = ui.subscribe((state, before) => {
    const told = selectCoordinator(state);
    if (told !== selectCoordinator(before) && told.status !== 'ready') go();
  });
  const cancel = clock.after(MOST_MS, go);
}
