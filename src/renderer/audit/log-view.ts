/**
 * The part of the record that the screen holds: page after page backwards, and what is new at its head. Bounded: who has
 * scrolled through MOST events goes on with a list of its own from there.
 */
import type { AuditFilter } from '../../shared/contract-audit.ts';
import type { OutputOf } from '../../shared/contract.ts';
import type { StoredEvent } from '../../shared/domain/event.ts';
import type { Api, CallError } from '../client/call.ts';

export interface LogState {
  /** Newest first. */
  readonly events: readonly StoredEvent[];
  readonly isLooking: boolean;
  /** Searched back to this time so far; `null`: nothing yet. */
  readonly lookedTo: number | null;
  /** Nothing older fits. */
  readonly isEnd: boolean;
  /** As many are held as are ever held. */
  readonly isFull: boolean;
  readonly error: CallError | null;
}

export interface LogView {
  get(): LogState;
  /** Called after each change; the answer ends it. */
  subscribe(listener: () => void): () => void;
  /** Some more at the end. */
  more(): void;
  /** Puts what has come since at the head. */
  refresh(): void;
  close(): void;
}

export const MOST = 5_000;
const PAGE = 100;

/** @param before begins below this number; `undefined`: at the newest */
export function openLogView(api: Api, filter: AuditFilter, before: number | undefined): LogView {
  const held = holdLog();
  let next = before;
  let isRefreshing = false;

  /** Goes on until a page is found, or there is no more: one answer looks only so far. */
  async function look(): Promise<void> {
    const wanted = held.get().events.length + PAGE;
    held.become({ isLooking: true, error: null });
    while (!held.isClosed() && held.get().events.length < wanted && !held.get().isEnd) {
      const limit = wanted - held.get().events.length;
      const position = next === undefined ? {} : { before: next };
      const answer = await api.call('audit.list', { ...filter, ...position, limit });
      if (!answer.ok) return held.become({ isLooking: false, error: answer.error });
      next = answer.value.nextBefore ?? next;
      held.become(withOlder(held.get(), answer.value));
    }
    held.become({ isLooking: false, isFull: held.get().events.length >= MOST });
  }

  async function lookForNew(): Promise<void> {
    const { events } = held.get();
    const after = events[0]?.seq ?? 0;
    const answer = await api.call('audit.list', { ...filter, after, limit: PAGE });
    if (!answer.ok || answer.value.events.length === 0) return;
    const change = withNewer(events, answer.value);
    // What older pages go on from is the last that is held now.
    if (change.isEnd === false) next = answer.value.nextBefore ?? change.events.at(-1)?.seq;
    held.become(change);
  }

  void look();
  return {
    get: held.get,
    subscribe: held.subscribe,
    more() {
      const { isLooking, isEnd, isFull } = held.get();
      if (!isLooking && !isEnd && !isFull) void look();
    },
    refresh() {
      // The first look brings the newest anyway.
      if (isRefreshing || held.get().isLooking) return;
      isRefreshing = true;
      void lookForNew().finally(() => {
        isRefreshing = false;
      });
    },
    close: held.close,
  };
}

type Page = OutputOf<'audit.list'>;

export function withOlder({ events, lookedTo }: LogState, page: Page): Partial<LogState> {
  return {
    events: [...events, ...page.events],
    lookedTo: page.lookedTo ?? lookedTo,
    isEnd: page.nextBefore === null,
  };
}

/** `isEnd` is false where the end of what was held is held no more. */
export function withNewer(
  events: readonly StoredEvent[],
  page: Page,
): Pick<LogState, 'events'> & { readonly isEnd?: false; readonly isFull?: false } {
  // More than a page has come: between it and what is here would be a gap.
  if (page.nextBefore !== null) return { events: page.events, isEnd: false, isFull: false };
  const all = [...page.events, ...events];
  return all.length > MOST ? { events: all.slice(0, MOST), isEnd: false } : { events: all };
}

/** The state, and who listens to it. */
function holdLog() {
  const listeners = new Set<() => void>();
  let closed = false;
  let state: LogState = {
    events: [],
    isLooking: false,
    lookedTo: null,
    isEnd: false,
    isFull: false,
    error: null,
  };
  return {
    get: () => state,
    isClosed: () => closed,
    become(change: Partial<LogState>): void {
      if (closed) return;
      state = { ...state, ...change };
      for (const listener of listeners) listener();
    },
    subscribe(listener: () => void): () => void {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close(): void {
      closed = true;
      listeners.clear();
    },
  };
}
