/**
 * The one way in for what comes from outside: dropped anywhere on the window, or pasted where nobody types. One folder goes to
 * the form of a new task; everything else to the import sheet.
 */
import { useEffect, useState } from 'react';
import { useApp } from '../context.ts';
import { selectIsLoaded } from '../store/selectors.ts';
import type { UiStore } from '../store/ui.ts';
import { effectFor, seenOf, takeDrop, type Drop, type Seen } from './drop.ts';

/** What is being dragged over the window; `null`: nothing from outside. */
export function useIntake(): Seen | null {
  const { ui, data } = useApp();
  const [seen, setSeen] = useState<Seen | null>(null);
  useEffect(() => {
    const isReady = (): boolean => selectIsLoaded(data.getState());
    return listen({ isReady, onSeen: setSeen, onDrop: (drop) => void take(drop, ui) });
  }, [ui, data]);
  return seen;
}

async function take(coming: Promise<Drop>, ui: UiStore): Promise<void> {
  const drop = await coming;
  if (drop.kind === 'folder' && ui.getState().imports === null) {
    const isOnStart = location.hash.startsWith('#/start');
    ui.setState({ droppedRepo: drop.path, ...(!isOnStart && { isNewTaskOpen: true }) });
    return;
  }
  ui.setState(({ imports }) => ({ imports: [...(imports ?? []), drop], isNewTaskOpen: false }));
}

interface Listeners {
  readonly isReady: () => boolean;
  readonly onSeen: (seen: Seen | null) => void;
  readonly onDrop: (drop: Promise<Drop>) => void;
}

function listen({ isReady, onSeen, onDrop }: Listeners): () => void {
  const pathOf = (file: File): string => window.koubou?.pathOf(file) ?? '';
  // What is dragged within the window (a card, a selection) is not for us.
  let isOurs = false;
  let last = '';
  const show = (seen: Seen | null): void => {
    const next = JSON.stringify(seen);
    if (next !== last) onSeen(seen);
    last = next;
  };
  const over = (event: DragEvent): void => {
    const { dataTransfer, target } = event;
    if (!dataTransfer || isOurs || isForField(target, dataTransfer)) return show(null);
    event.preventDefault();
    const seen = seenOf(dataTransfer);
    dataTransfer.dropEffect =
      seen.kind === 'nothing' || !isReady() ? 'none' : effectFor(dataTransfer.effectAllowed);
    show(seen);
  };
  const drop = (event: DragEvent): void => {
    show(null);
    const { dataTransfer, target } = event;
    if (!dataTransfer || isOurs || isForField(target, dataTransfer)) return;
    // Chromium would open it in place of the app.
    event.preventDefault();
    const taken = isReady() ? takeDrop(dataTransfer, pathOf) : null;
    if (taken) onDrop(taken);
  };
  const paste = (event: ClipboardEvent): void => {
    const { clipboardData, target } = event;
    if (!clipboardData || event.defaultPrevented || isField(target) || !isReady()) return;
    const taken = takeDrop(clipboardData, pathOf);
    if (!taken) return;
    event.preventDefault();
    onDrop(taken);
  };
  const stop = new AbortController();
  const { signal } = stop;
  document.addEventListener('dragstart', () => void (isOurs = true), { signal });
  document.addEventListener('dragend', () => void (isOurs = false), { signal });
  document.addEventListener('dragenter', over, { signal });
  document.addEventListener('dragover', over, { signal });
  document.addEventListener('dragleave', (event) => event.relatedTarget === null && show(null), {
    signal,
  });
  document.addEventListener('drop', drop, { signal });
  document.addEventListener('paste', paste, { signal });
  return () => stop.abort();
}

/** Text that is dropped where one types goes there; a file would only leave its name. */
function isForField(target: EventTarget | null, { types }: DataTransfer): boolean {
  return !types.includes('Files') && isField(target);
}

function isField(target: EventTarget | null): boolean {
  return (
    target instanceof Element &&
    target.closest('input, textarea, select, [contenteditable=true], .xterm') !== null
  );
}
