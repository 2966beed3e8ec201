/** How much goes over the network cards of this machine. Where the system does not tell it cheaply, nothing is said. */
import { readFileSync } from 'node:fs';

export interface NetworkRate {
  readonly rxBytesPerS: number;
  readonly txBytesPerS: number;
}

interface Totals {
  readonly rx: number;
  readonly tx: number;
}

/** Bytes that go through these are counted on a card as well, or never leave the machine. */
const NOT_CARDS = /^(lo|veth|docker|br-|virbr|tun|tap|wg|cni|flannel|cali|bond|dummy)/;

/**
 * Answers the rate since its last call, nothing the first time.
 *
 * @param monotonic ms from an arbitrary start
 * @param table reads what Linux keeps in /proc/net/dev; throws elsewhere
 */
export function createNetworkMeter(
  monotonic: () => number,
  table: () => string = () => readFileSync('/proc/net/dev', 'utf8'),
): () => NetworkRate | null {
  let before: (Totals & { readonly at: number }) | null = null;
  return () => {
    const totals = totalsOf(table);
    if (!totals) return null;
    const last = before;
    before = { ...totals, at: monotonic() };
    const seconds = last ? (before.at - last.at) / 1_000 : 0;
    // A card that went away takes its bytes with it.
    if (!last || seconds <= 0 || totals.rx < last.rx || totals.tx < last.tx) return null;
    return {
      rxBytesPerS: (totals.rx - last.rx) / seconds,
      txBytesPerS: (totals.tx - last.tx) / seconds,
    };
  };
}

function totalsOf(table: () => string): Totals | null {
  let text: string;
  try {
    text = table();
  } catch {
    // Not Linux, or a box without /proc.
    return null;
  }
  let rx = 0;
  let tx = 0;
  for (const line of text.split('\n')) {
    const [, card, counters] = /^\s*([^:\s]+):\s*(.*)$/.exec(line) ?? [];
    if (card === undefined || counters === undefined || NOT_CARDS.test(card)) continue;
    const fields = counters.split(/\s+/);
    rx += Number(fields[0] ?? 0);
    tx += Number(fields[8] ?? 0);
  }
  return { rx, tx };
}
