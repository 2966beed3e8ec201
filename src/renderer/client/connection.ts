/**
 * Where the coordinator is, and how it fares. In the desktop app the main process says so through the bridge; in a
 * browser it is the server the page came from, with the token of the address (`#token=…`), which is moved
 * out of sight at once.
 */
import type { Bridge, CoordinatorState } from '../../shared/bridge.ts';

export interface ConnectionSource {
  /** Calls at once or soon with the present state, then with every change; the answer stops the calls. */
  watch(listener: (state: CoordinatorState) => void): () => void;
}

/** The part of `window` that a browser page needs. */
export interface Page {
  readonly location: Pick<Location, 'hash' | 'origin' | 'pathname' | 'search'>;
  readonly history: Pick<History, 'replaceState'>;
  readonly sessionStorage: Pick<Storage, 'getItem' | 'setItem'>;
}

const TOKEN_KEY = 'koubou.token';

/** The connection of the desktop app. */
export function bridgeSource(bridge: Bridge<File>): ConnectionSource {
  return {
    watch(listener) {
      let isCurrent = true;
      let heard = false;
      const stop = bridge.onConnection((state) => {
        heard = true;
        listener(state);
      });
      void bridge.getConnection().then((state) => {
        // A change that came meanwhile is newer than this answer.
        if (isCurrent && !heard) listener(state);
      });
      return () => {
        isCurrent = false;
        stop();
      };
    },
  };
}

/** The connection of a page that the coordinator itself served. */
export function pageSource(page: Page): ConnectionSource {
  const token = takeToken(page);
  return {
    watch(listener) {
      listener(
        token === null
          ? { status: 'failed', why: 'no_token', log: [] }
          : { status: 'ready', url: page.location.origin, token, note: null },
      );
      return () => {};
    },
  };
}

/** Moves the token from the address into the session, so that it is neither copied nor kept in the history. */
export function takeToken({ location, history, sessionStorage }: Page): string | null {
  const given = /^#token=([\w-]+)$/.exec(location.hash)?.[1];
  if (given === undefined) return sessionStorage.getItem(TOKEN_KEY);
  sessionStorage.setItem(TOKEN_KEY, given);
  history.replaceState(null, '', `${location.pathname}${location.search}#/`);
  return given;
}
