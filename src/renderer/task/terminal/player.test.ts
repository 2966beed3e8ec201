import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OUTPUT_FRAME_MAX, OUTPUT_WINDOW } from '../../../shared/protocol/output.ts';
import { openPlayer } from './player.ts';
import { BEFORE_BYTES, TAIL_BYTES, WINDOW_BYTES } from './ranges.ts';
import { LINE, recorded, type Recorded } from './testing.ts';

/** About 3 MB, a hundred lines every second. */
const LONG = Array.from({ length: 480 }, (_, n) => [100, 10_000 + n * 1_000] as const);
const SHORT = [
  [1, 10_000],
  [1, 11_000],
  [1, 12_000],
  [1, 60_000],
  [1, 61_000],
] as const;

/** The numbers of the first and the last line that are held, which must be whole and in order. */
function heldLines({ screen }: Recorded): { first: number; last: number } {
  const { from, text } = screen.held();
  const numbers = text.split('\r\n').slice(0, -1).map(numberOf);
  const [first = -1] = numbers;
  expect(numbers).toEqual(numbers.map((_, n) => first + n));
  expect(from).toBe(numbers.length > 0 ? first * LINE : from);
  return { first, last: numbers.at(-1) ?? -1 };
}

function numberOf(line: string): number {
  return Number(/^line (\d+)\.+$/.exec(line)?.[1] ?? Number.NaN);
}

describe('what a terminal shows', () => {
  it('is the end of a large recording, and what comes after it', async () => {
    const world = recorded(LONG);
    const player = openPlayer(world.deps);
    player.live();
    await world.settle();
    expect(world.sent[0]).toMatchObject({ type: 'output_open', from: 48_000 * LINE - TAIL_BYTES });
    expect(heldLines(world).last).toBe(47_999);
    expect(player.state.getState()).toMatchObject({ mode: 'live', at: null });
    world.print(5, 500_000);
    await world.settle();
    expect(heldLines(world).last).toBe(48_004);
  });

  it('is how it stood at a moment, with nothing after it, and nothing more is asked for', async () => {
    const world = recorded(LONG);
    const player = openPlayer(world.deps);
    player.standAt(310_500);
    await world.settle();
    const { first, last } = heldLines(world);
    expect(last).toBe(30_099);
    expect(world.screen.held().modes).toBe(`modes at ${30_100 * LINE - BEFORE_BYTES}`);
    expect(last - first).toBe(BEFORE_BYTES / LINE - 2);
    expect(world.screen.view().isAtEnd).toBe(true);
    expect(world.sent.at(-1)).toMatchObject({ type: 'output_close' });
    world.print(5, 500_000);
    await world.settle();
    expect(heldLines(world).last).toBe(30_099);
    expect(player.state.getState()).toMatchObject({ mode: 'past', at: 310_500 });
  });

  it('is what was asked for last, however late the answers come', async () => {
    const world = recorded(LONG);
    const player = openPlayer(world.deps);
    const answerFirst = world.holdAnswer();
    player.standAt(310_500);
    const answerSecond = world.holdAnswer();
    player.live();
    player.standAt(110_500);
    await world.settle();
    answerSecond();
    answerFirst();
    await world.settle();
    expect(heldLines(world).last).toBe(10_099);
    expect(player.state.getState()).toMatchObject({ mode: 'past', at: 110_500 });
  });

  it('moves back and forth with whoever scrolls, and the lines they look at stay', async () => {
    const world = recorded(LONG);
    const player = openPlayer(world.deps);
    player.live();
    await world.settle();
    const { first } = heldLines(world);
    world.screen.scrollToLine(0);
    player.beyondStart();
    await world.settle();
    const { top } = world.screen.view();
    expect(world.screen.offsetOf(top)).toBe(first * LINE);
    expect(heldLines(world).first).toBeLessThan(first);
    expect(player.state.getState().mode).toBe('past');
    // Scrolling on at the end of what is held leads to the end of the recording.
    for (let n = 0; n < 10 && player.state.getState().mode === 'past'; n++) {
      world.screen.scrollToEnd();
      player.viewed(world.screen.view());
      await world.settle();
    }
    expect(player.state.getState().mode).toBe('live');
    expect(heldLines(world).last).toBe(47_999);
  });
});

describe('a replay', () => {
  it('shows each line when its time has come, cuts pauses short, and ends live', async () => {
    const world = recorded(SHORT);
    const player = openPlayer(world.deps);
    player.live();
    await world.settle();
    player.play();
    await world.settle();
    const seen: number[] = [];
    for (let n = 0; n < 40 && player.state.getState().mode === 'replay'; n++) {
      await world.frame(250);
      seen.push(heldLines(world).last);
    }
    expect(player.state.getState()).toMatchObject({ mode: 'live', isPlaying: false });
    // A frame goes by until it is known what came when; then the next two come after a second each, the one after the
    // pause after two.
    const shownFor = [0, 1, 2, 3].map((line) => seen.filter((last) => last === line).length);
    expect(shownFor).toEqual([3, 4, 8, 4]);
  });

  it('goes on from the moment that is seen, stands still when told, and goes as fast as told', async () => {
    const world = recorded(SHORT);
    const player = openPlayer(world.deps);
    player.setSkipsIdle(false);
    player.setSpeed(2);
    player.standAt(10_500);
    player.play();
    await world.settle();
    expect(player.state.getState()).toMatchObject({ mode: 'replay', isPlaying: true });
    for (let n = 0; n < 3; n++) await world.frame(250);
    expect(heldLines(world)).toEqual({ first: 0, last: 1 });
    expect(player.state.getState().at).toBe(11_500);
    player.pause();
    for (let n = 0; n < 8; n++) await world.frame(250);
    expect(heldLines(world).last).toBe(1);
    player.play();
    await world.frame(250);
    expect(heldLines(world).last).toBe(2);
    expect(player.state.getState().isPlaying).toBe(true);
  });
});

type Step = (world: Recorded, player: ReturnType<typeof openPlayer>) => unknown;

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.constant<Step>((_, player) => player.live()),
  fc.integer({ min: 9_000, max: 500_000 }).map<Step>((at) => (_, player) => player.standAt(at)),
  fc.constant<Step>((_, player) => player.beyondStart()),
  fc.constant<Step>((_, player) => player.play()),
  fc.constant<Step>((_, player) => player.pause()),
  fc.integer({ min: 0, max: 20_000 }).map<Step>((line) => ({ screen }, player) => {
    screen.scrollToLine(line);
    player.viewed(screen.view());
  }),
  fc.boolean().map<Step>(
    (isStalled) =>
      ({ screen }) =>
        screen.stall(isStalled),
  ),
  fc.integer({ min: 1, max: 250 }).map<Step>((ms) => async (world) => await world.frame(ms)),
  fc.constant<Step>(async (world) => await world.settle()),
);

it('whatever is done, it holds whole lines in order, and no more than it may', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      const world = recorded(LONG);
      const player = openPlayer(world.deps);
      player.live();
      for (const one of steps) await one(world, player);
      world.screen.stall(false);
      await world.settle();
      heldLines(world);
      expect(world.mostUnderWay()).toBeLessThan(OUTPUT_WINDOW + OUTPUT_FRAME_MAX);
      const { mode } = player.state.getState();
      // Of what a replay has shown, the terminal itself drops what is old.
      const most = mode === 'replay' ? Infinity : Math.max(WINDOW_BYTES, TAIL_BYTES);
      expect(world.screen.held().text.length).toBeLessThanOrEqual(most);
      player.dispose();
      expect(world.sent.filter(({ type }) => type === 'output_open').length).toBeLessThanOrEqual(
        2 * steps.length + 1,
      );
    }),
    { numRuns: 40 },
  );
});
