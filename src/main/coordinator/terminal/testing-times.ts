/** For tests of what uses recordings: the times of a terminal that printed nothing, and no recorded take-over. */
import type { TakeOvers, TerminalTimes } from './port.ts';

const START = { offset: 0, at: 0 };

export const NO_TIMES: TerminalTimes = {
  range: () => null,
  atTime: async () => START,
  atOffset: async () => START,
  pace: async () => ({ places: [], next: null }),
  modesAt: async () => '',
  activity: async () => [],
};

export const NO_TAKE_OVERS: TakeOvers = {
  record: () => ({ printed() {}, resized() {}, end() {} }),
  list: () => [],
  find: () => null,
};
