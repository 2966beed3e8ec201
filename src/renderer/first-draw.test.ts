import { describe, expect, it } from 'vitest';
import type { CoordinatorState } from '../shared/bridge.ts';
import { whenToDraw } from './first-draw.ts';
import { createDataStore } from './store/data.ts';
import { createUiStore } from './store/ui.ts';

const READY: CoordinatorState = { status: 'ready', url: 'http://x', token: 't', note: null };
const FAILED: CoordinatorState = { status: 'failed', why: 'no_token', log: [] };

function begin(known?: CoordinatorState) {
  const data = createDataStore();
  const storage = { getItem: () => null, setItem: () => {} };
  const ui = createUiStore({ storage, languages: ['en'] });
  if (known) ui.setState({ coordinator: known });
  let drawn = 0;
  let late = (): void => {};
  const after = (_ms: number, run: () => void) => {
    late = run;
    return () => (late = () => {});
  };
  whenToDraw({ data, ui, clock: { after } }, () => drawn++);
  return {
    drawn: () => drawn,
    tell: (coordinator: CoordinatorState) => ui.setState({ coordinator }),
    load: () => data.setState(({ live }) => ({ live: { ...live, seq: 1 } })),
    wait: () => late(),
  };
}

describe('the first drawing of the page', () => {
  it('waits for the workshop of a coordinator that is ready, and comes once', () => {
    const page = begin();
    page.tell(READY);
    expect(page.drawn()).toBe(0);
    page.load();
    expect(page.drawn()).toBe(1);
    page.load();
    page.wait();
    page.tell(FAILED);
    expect(page.drawn()).toBe(1);
  });

  it('waits no longer than a moment', () => {
    const page = begin(READY);
    page.wait();
    expect(page.drawn()).toBe(1);
  });

  it('comes at once when the coordinator is still to start', () => {
    const page = begin();
    page.tell({ status: 'starting' });
    expect(page.drawn()).toBe(1);
  });

  it('comes at once where there is no coordinator', () => {
    expect(begin(FAILED).drawn()).toBe(1);
  });
});
