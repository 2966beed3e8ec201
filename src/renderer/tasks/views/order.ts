/** Changing the list of saved views. Pure. */
import type { View } from '../../../shared/contract-search.ts';

/** Puts it one place up or down; at an end it stays. */
export function movedView(views: readonly View[], id: string, step: 1 | -1): readonly View[] {
  const at = views.findIndex((view) => view.id === id);
  const [view, other] = [views[at], views[at + step]];
  if (!view || !other) return views;
  return views.map((one) => (one === view ? other : one === other ? view : one));
}

/** Puts a view that was taken out back where it stood. */
export function putBackView(views: readonly View[], view: View, at: number): readonly View[] {
  return views.some(({ id }) => id === view.id) ? views : views.toSpliced(at, 0, view);
}

export function changedView(
  views: readonly View[],
  id: string,
  change: Partial<Omit<View, 'id'>>,
): readonly View[] {
  return views.map((view) => (view.id === id ? { ...view, ...change } : view));
}
