import { describe, expect, it } from 'vitest';
import { createHand } from './hand.ts';

function setUp() {
  let now = 1_000;
  const page = new EventTarget();
  const hand = createHand(page, { monotonic: () => now });
  return {
    hand,
    pass: (ms: number) => (now += ms),
    sign: (type: string) => page.dispatchEvent(new Event(type)),
  };
}

describe('the hand', () => {
  it('rests until it is seen', () => {
    expect(setUp().hand.restsIn()).toBe(0);
  });

  it.each(['scroll', 'wheel', 'keydown'])('moves with a %s, and rests a while after', (type) => {
    const { hand, pass, sign } = setUp();
    sign(type);
    expect(hand.restsIn()).toBe(200);
    pass(150);
    expect(hand.restsIn()).toBe(50);
    pass(50);
    expect(hand.restsIn()).toBe(0);
    pass(10_000);
    expect(hand.restsIn()).toBe(0);
  });

  it('goes on moving with every sign', () => {
    const { hand, pass, sign } = setUp();
    for (let n = 0; n < 20; n++) {
      sign('wheel');
      pass(150);
      expect(hand.restsIn()).toBe(50);
    }
  });

  it('does not move with what is no sign of it', () => {
    const { hand, sign } = setUp();
    sign('mousemove');
    sign('focus');
    expect(hand.restsIn()).toBe(0);
  });

  it('sees what scrolls inside the page, and what stops there', () => {
    const listeners: { type: string; options: unknown }[] = [];
    const page: Pick<EventTarget, 'addEventListener'> = {
      addEventListener: (type, _, options) => void listeners.push({ type, options }),
    };
    createHand(page, { monotonic: () => 0 });
    expect(listeners.map(({ type }) => type).toSorted()).toEqual(['keydown', 'scroll', 'wheel']);
    // A scroll does not bubble, and a listener that is not passive would hold it up.
    for (const { options } of listeners) expect(options).toEqual({ capture: true, passive: true });
  });
});
