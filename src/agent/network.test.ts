/** The rates that an agent tells of its network cards. */
import { describe, expect, it } from 'vitest';
import { createNetworkMeter } from './network.ts';

const HEAD = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
`;
const card = (name: string, rx: number, tx: number): string =>
  `${name.padStart(6)}: ${rx} 10 0 0 0 0 0 0 ${tx} 10 0 0 0 0 0 0\n`;

function meter() {
  const machine = { now: 0, table: '' };
  const read = createNetworkMeter(
    () => machine.now,
    () => {
      if (machine.table === '') throw new Error('no such file');
      return machine.table;
    },
  );
  return {
    at(now: number, ...cards: string[]) {
      machine.now = now;
      machine.table = cards.length === 0 ? '' : HEAD + cards.join('');
      return read();
    },
  };
}

describe('the network meter', () => {
  it('tells bytes per second over all cards since it was asked last', () => {
    const { at } = meter();
    expect(at(0, card('eth0', 1_000, 500), card('wlan0', 0, 0))).toBeNull();
    expect(at(2_000, card('eth0', 5_000, 500), card('wlan0', 2_000, 100))).toEqual({
      rxBytesPerS: 3_000,
      txBytesPerS: 50,
    });
  });

  it('counts nothing that stays in the machine or is counted on a card as well', () => {
    const { at } = meter();
    const cards = (n: number): string[] =>
      ['lo', 'veth1a2b', 'docker0', 'br-77', 'wg0'].map((name) => card(name, n, n));
    at(0, card('enp3s0', 10, 10), ...cards(0));
    expect(at(1_000, card('enp3s0', 20, 10), ...cards(9_999))).toEqual({
      rxBytesPerS: 10,
      txBytesPerS: 0,
    });
  });

  it('says nothing when a card went away, and where the system does not tell', () => {
    const { at } = meter();
    at(0, card('eth0', 1_000, 0), card('usb0', 9_000, 0));
    expect(at(1_000, card('eth0', 2_000, 0))).toBeNull();
    expect(at(2_000, card('eth0', 2_500, 0))).toMatchObject({ rxBytesPerS: 500 });
    expect(at(3_000)).toBeNull();
  });
});
