/**
 * The part of the record that the screen holds: page after page backwards, and what is new at its head. Bounded: who has
 * scrolled through MOST events goes on with a list of its own from there.
 */
import type { AuditFilter } from '../../shared/contract-audit.ts';
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
  const listeners = new Set<() => void>();
  let state: LogState = {
    events: [],
    isLooking: false,
    lookedTo: null,
    isEnd: false,
    isFull: false,
    error: null,
  };
  let next = before;
  let isRefreshing = false;
  let closed = false;

  function become(change: Partial<LogState>): void {
    if (closed) return;
    state = { ...state, ...change };
    for (const listener of listeners) listener();
  }

  /** Goes on until a page is found, or there is no more: one answer looks only so far. */
  async function look(): Promise<void> {
    const wanted = state.events.length + PAGE;
    become({ isLooking: true, error: null });
    while (!closed && state.events.length < wanted && !state.isEnd) {
      const limit = wanted - state.events.length;
      const position = next === undefined ? {} : { before: next };
      const answer = await api.call('audit.list', { ...filter, ...position, limit });
      if (!answer.ok) return become({ isLooking: false, error: answer.error });
      const { events, nextBefore, lookedTo } = answer.value;
      next = nextBefore ?? next;
      become({
        events: [...state.events, ...events],
        lookedTo: lookedTo ?? state.lookedTo,
        isEnd: nextBefore === null,
      });
    }
    become({ isLooking: false, isFull: state.events.length >= MOST });
  }

  async function lookForNew(): Promise<void> {
    const after = state.events[0]?.seq ?? 0;
    const answer = await api.call('audit.list', { ...filter, after, limit: PAGE });
    if (!answer.ok || closed) return;
    const { events, nextBefore } = answer.value;
    if (events.length === 0) return;
    // More than a page has come: between it and what is here would be a gap.
    const isGap = nextBefore !== null;
    if (isGap) next = nextBefore;
    const joined = isGap ? events : [...events, ...state.events].slice(0, MOST);
    if (!isGap && joined.length === MOST) next = joined.at(-1)?.seq;
    become({ events: joined, ...(isGap && { isEnd: false, isFull: false }) });
  }

  void look();
  return {
    get: () => state,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    more() {
      if (!state.isLooking && !state.isEnd && !state.isFull) void look();
    },
    refresh() {
      // The first look brings the newest anyway.
      if (isRefreshing || state.isLooking) return;
      isRefreshing = true;
      void lookForNew().finally(() => {
        isRefreshing = false;
      });
    },
    close() {
      closed = true;
      listeners.clear();
    },
  };
}
