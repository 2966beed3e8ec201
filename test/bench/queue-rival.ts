/** What every queue of the bench can do, and what it is given to do. */
/** As much as a task of ours says. */
export const PAYLOAD = {
  title: 'Totals are wrong when a cart holds the same item twice',
  body: 'Add the same item twice and the total counts it once.\n\nExpected: the price times the amount.',
  repo: { url: '/home/user/projects/shop', base: 'main' },
  priority: 'normal',
};
/** One queue under test. */
export interface Rival {
  readonly name: string;
  /** What an answer means. */
  readonly durability: string;
  /** Each waits for its answer before the next. */
  one(count: number): Promise<void>;
  /** All asked at once, each by itself. */
  together(count: number): Promise<void>;
  /** In the widest way that the queue has. */
  bulk(count: number): Promise<void>;
  /** What follows is left out where it cannot be had. */
  readonly hands: Hands | null;
  /** Processor time that a server of its own has used so far (ms), where it has one. */
  readonly server?: () => Promise<number>;
  close(): Promise<void>;
}

export interface Hands {
  /** Claims and completes so many, with so many in hand at a time. */
  work(count: number, workers: number): Promise<void>;
  /** How long one claim takes (ms); its task is completed afterwards, unmeasured. */
  claim(): Promise<number>;
}
