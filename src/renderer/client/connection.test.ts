import { describe, expect, it } from 'vitest';
import type { Bridge, CoordinatorState } from '../../shared/bridge.ts';
import { bridgeSource, pageSource, takeToken } from './connection.ts';

function pageAt(hash: string, kept: Record<string, string> = {}) {
  const session = new Map(Object.entries(kept));
  const addresses: string[] = [];
  return {
    session,
    addresses,
    location: { hash, origin: 'http://127.0.0.1:8080', pathname: '/', search: '' },
    history: {
      replaceState: (_data: unknown, _title: string, url?: string | URL | null) =>
        void addresses.push(String(url)),
    },
    sessionStorage: {
      getItem: (key: string) => session.get(key) ?? null,
      setItem: (key: string, value: string) => void session.set(key, value),
    },
  };
}

function watchOnce(page: ReturnType<typeof pageAt>): CoordinatorState[] {
  const states: CoordinatorState[] = [];
  pageSource(page).watch((state) => states.push(state));
  return states;
}

describe('the token of a browser page', () => {
  it('moves from the address into the session', () => {
    const page = pageAt('#token=abc_DEF-123');
    expect(takeToken(page)).toBe('abc_DEF-123');
    expect(page.addresses).toEqual(['/#/']);
    expect([...page.session.values()]).toEqual(['abc_DEF-123']);
  });

  it('is remembered while the session lasts, whatever the address is', () => {
    const page = pageAt('#/tasks/task-1', { 'koubou.token': 'kept' });
    expect(takeToken(page)).toBe('kept');
    expect(page.addresses).toEqual([]);
  });

  it('is not taken from a route', () => {
    expect(takeToken(pageAt('#/tasks?q=#token=x y'))).toBeNull();
  });

  it('decides whether the page can connect', () => {
    expect(watchOnce(pageAt('#token=abc'))).toEqual([
      { status: 'ready', url: 'http://127.0.0.1:8080', token: 'abc', note: null },
    ]);
    expect(watchOnce(pageAt('#/'))[0]?.status).toBe('failed');
  });
});

describe('the bridge', () => {
  const starting: CoordinatorState = { status: 'starting' };
  const failed: CoordinatorState = { status: 'failed', why: 'x', log: [] };

  function bridgeWith(answer: Promise<CoordinatorState>) {
    const listeners = new Set<(state: CoordinatorState) => void>();
    const bridge: Bridge<File> = {
      getConnection: () => answer,
      onConnection(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      pickFolder: () => Promise.resolve(null),
      notify: () => {},
      onOpen: () => () => {},
      onWake: () => () => {},
      update: () => Promise.reject(new Error('not asked')),
      onUpdate: () => () => {},
      retry: () => Promise.resolve(),
      restart: () => Promise.resolve(false),
      openDataFolder: () => Promise.resolve(),
      takeLink: () => Promise.resolve(null),
      onLink: () => () => {},
      setTray: () => {},
      getQuiet: () => Promise.resolve({ kind: 'off' }),
      getInstallation: () => Promise.resolve({ demoCommand: '', startsAtLogin: null }),
      setStartsAtLogin: () => Promise.resolve({ demoCommand: '', startsAtLogin: null }),
      setQuiet: () => Promise.resolve({ kind: 'off' }),
      pathOf: () => '',
    };
    return { bridge, listeners };
  }

  it('gives the present state, then every change', async () => {
    const answer = Promise.resolve(starting);
    const { bridge, listeners } = bridgeWith(answer);
    const states: CoordinatorState[] = [];
    const stop = bridgeSource(bridge).watch((state) => states.push(state));
    await answer;
    for (const listener of listeners) listener(failed);
    expect(states).toEqual([starting, failed]);
    stop();
    expect(listeners.size).toBe(0);
  });

  it('drops an answer that a change overtook', async () => {
    let resolve: (state: CoordinatorState) => void = () => {};
    const promise = new Promise<CoordinatorState>((done) => (resolve = done));
    const { bridge, listeners } = bridgeWith(promise);
    const states: CoordinatorState[] = [];
    bridgeSource(bridge).watch((state) => states.push(state));
    for (const listener of listeners) listener(failed);
    resolve(starting);
    await promise;
    expect(states).toEqual([failed]);
  });
});
