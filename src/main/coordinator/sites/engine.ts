/** The parts of a site, put together for as long as this coordinator shares a queue. */
import { SharedQueueError, type SharedQueue } from '../queue/shared-port.ts';
import { startFollower } from './follower.ts';
import { startHand, type Hand } from './hand.ts';
import { startOffers, type Offers } from './offers.ts';
import { ACTOR, whileThere, type SiteDeps } from './port.ts';
import { startPublisher, type Publisher } from './publisher.ts';
import { reconcile, startTakeOver } from './take-over.ts';

export interface Engine {
  readonly shared: SharedQueue;
  readonly publisher: Publisher;
  readonly offers: Offers;
  readonly hand: Hand;
  close(): Promise<void>;
}

export interface EngineDeps extends SiteDeps {
  /** The scheduler may find more than before. */
  readonly onChange: () => void;
}

/**
 * Joins, learns what became of what this coordinator led, and begins. Where the shared queue is away, one that has joined
 * before begins all the same; throws `SharedQueueError` where it has not, or another one has its name.
 */
export async function startEngine(deps: EngineDeps): Promise<Engine> {
  const { shared, journal, onChange } = deps;
  const isKnown = journal.workshop().site?.id === deps.site;
  const isThere = await whileJoining(isKnown, async () => await join(deps));
  const publisher = startPublisher(deps);
  const follower = startFollower(deps);
  const common = { ...deps, publisher, follower };
  if (isThere)
    await whileThere(deps, async () => await reconcile({ ...common, onFound: onChange }));
  const offers = startOffers({ ...common, onPlaced: onChange });
  const hand = startHand({ ...common, offers });
  const takeOver = startTakeOver({ ...common, onFound: onChange });
  const endState = shared.onState(({ kind }) => {
    if (kind === 'away') return;
    void whileThere(deps, async () => {
      await join(deps);
      await reconcile({ ...common, onFound: onChange });
      onChange();
    });
  });
  const parts = [takeOver, hand, follower, publisher];
  return {
    shared,
    publisher,
    offers,
    hand,
    async close() {
      endState();
      // Those who live on need not wait for a lock to run out.
      await whileThere(deps, async () => await hand.letGo());
      await publisher.flush();
      await offers.close();
      for (const part of parts) part.close();
      await shared.close();
    },
  };
}

async function join({ shared, journal, site }: EngineDeps): Promise<void> {
  const { index, highest } = await shared.join(journal.workshop().lastFence);
  const command = { type: 'site.join', site, index, highest } as const;
  const answer = await journal.submit(command, { actor: ACTOR });
  if (!answer.ok) throw new SharedQueueError('internal', answer.error.message);
}

/** False: it is away, and that may be. */
async function whileJoining(isKnown: boolean, work: () => Promise<void>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    if (isKnown && error instanceof SharedQueueError && error.trouble !== 'site_taken')
      return false;
    throw error;
  }
}
