/**
 * What several coordinators (sites) share: a queue that all take from, numbers that order who may do what, and a stream of what
 * happened. It is not the truth of a task: that is the journal of the site which leads it. So all of it may be asked for
 * again, and every method may be called again after a break without doing its work twice.
 *
 * Three numbers guard a task. `queueing` grows each time it comes into the queue, so that an older place in it is void.
 * `leadFence` grows each time another site leads it, so that the one before loses its say. `fence` grows with each take, so that
 * the reports of an attempt that was given up are refused. The last two come from one counter and never repeat.
 */
import type { SiteId, TaskId } from '../../../shared/ids.ts';

/** Why the shared queue cannot be used. The code is for programs, the message of the error says what to do. */
export const QUEUE_TROUBLES = [
  /** Cannot be reached now; it is tried again by itself. */
  'away',
  /** Wrong user or password. */
  'sign_in',
  /** The user lacks a right. */
  'not_allowed',
  /** A copy that only reads. */
  'read_only',
  /** No memory left. */
  'full',
  /** Its settings would lose tasks. */
  'unsafe',
  'too_old',
  /** The certificate is not what it should be. */
  'certificate',
  /** Another coordinator goes by this name. */
  'site_taken',
  /** More sites than there are numbers for. */
  'too_many_sites',
  'internal',
] as const;
export type QueueTrouble = (typeof QUEUE_TROUBLES)[number];

export class SharedQueueError extends Error {
  readonly trouble: QueueTrouble;
  constructor(trouble: QueueTrouble, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'SharedQueueError';
    this.trouble = trouble;
  }
}

/** `away`: nothing can be asked now, every method refuses with `SharedQueueError`. `why` is for people. */
export type QueueState =
  | { readonly kind: 'connected' }
  | { readonly kind: 'away'; readonly trouble: QueueTrouble; readonly why: string };

/** Who leads a task, and under which number. */
export interface Lead {
  readonly site: SiteId;
  readonly leadFence: number;
}

/** A task's place in the queue. */
export interface Offer {
  readonly task: TaskId;
  /** The how-many-th time the task waits in the queue; only the highest one counts. */
  readonly queueing: number;
  readonly demandKey: string;
  /** 1 goes first, up to 1,000. Offered again with another level, the task moves. See `level.ts`. */
  readonly level: number;
  /** Since when it waits (epoch ms): the order among equal levels of different demands. */
  readonly queuedAt: number;
  /** What whoever takes it needs to know of it, as its leader writes it. Only those who take it read this. */
  readonly document: string;
}

/** A task in the hand of this site. The lock on it must be renewed, or another site takes it. */
export interface Taken {
  readonly task: TaskId;
  readonly queueing: number;
  readonly demandKey: string;
  readonly document: string;
  /** The number of the next attempt; higher than any before. */
  readonly fence: number;
  /** Who leads it now: this site. */
  readonly lead: Lead;
  /** Who led it before; the same as `lead` where this site led it already, and then nothing need be adopted. */
  readonly before: Lead;
}

/** How many tasks of a demand could start now. */
export interface Want {
  readonly demandKey: string;
  readonly upTo: number;
}

/** A demand that tasks wait with. */
export interface Waiting {
  readonly demandKey: string;
  readonly count: number;
}

/** What a site tells of one commit of its own. */
export interface Telling {
  /** Of the site's own log; grows. */
  readonly seq: number;
  readonly text: string;
  /** The newest state of a task it leads, kept for who joins later. Left out where the telling is about none. */
  readonly document?: {
    readonly task: TaskId;
    readonly leadFence: number;
    readonly text: string;
  };
}

export interface Told {
  readonly site: SiteId;
  readonly seq: number;
  readonly text: string;
}

/** The newest document of a task. */
export interface KeptDocument {
  readonly task: TaskId;
  readonly site: SiteId;
  readonly seq: number;
  readonly leadFence: number;
  readonly text: string;
}

export interface Follower {
  /** In the order of each site; once it has resolved, the next ones come. When it throws, the same ones come again. */
  readonly hear: (told: readonly Told[]) => Promise<void>;
  /** Up to which number of a site's log it has heard; 0: nothing. Asked after every break. */
  readonly heard: (site: SiteId) => number;
  /** Something was told that the stream does not hold any more: read `documents()`, then what comes goes on from there. */
  readonly missed: () => Promise<void>;
}

export interface Joined {
  /** 0 to 63: this site's task numbers leave this remainder when divided by 64. Kept for ever. */
  readonly index: number;
  /** The highest task number that anybody has claimed; 0: none. */
  readonly highest: number;
}

export interface SharedQueue {
  // The connection.
  state(): QueueState;
  /** Called at every change, not for the state at the time of the call. The answer ends it. */
  onState(listener: (state: QueueState) => void): () => void;
  /** What works but should be set otherwise, for people; empty: nothing. */
  warnings(): readonly string[];
  /**
   * Looks again for tasks whose lock ran out, so that somebody takes them, and forgets what ended a month ago. Call it every few
   * seconds.
   */
  sweep(): Promise<void>;
  /** Gives nothing back: locks and the lease run out by themselves. */
  close(): Promise<void>;

  // Sites.
  /**
   * Registers this site and renews its lease. Refuses `site_taken` where another coordinator has the name.
   * @param lastFence the highest number that this coordinator ever gave out by itself: none up to it is given out from now on
   */
  join(lastFence?: number): Promise<Joined>;
  /** Must be called every `LEASE_RENEW_MS`. */
  renewLease(): Promise<void>;
  /**
   * Which lease this site holds: the number grows each time one ran out before the next was had, since others may have taken over
   * then. `null`: it has run out, or will within `LEASE_MARGIN_MS`. By the monotonic clock, so also after the process stood still.
   */
  lease(): number | null;
  /** All sites that ever joined and did not leave. */
  sites(): Promise<readonly SiteId[]>;
  /** Those of them whose lease ran out, without this one. */
  lostSites(): Promise<readonly SiteId[]>;
  /** True when this site, and for `CLAIM_MS` no other, may take over what the lost one led. Asked again, the claim lasts on. */
  claimTakeOver(site: SiteId): Promise<boolean>;
  /** This site shares no queue any more; it must lead nothing. Its index stays its own. */
  leave(): Promise<void>;

  // Who leads what.
  /** A new number, higher than all before. */
  nextFence(): Promise<number>;
  /** Reserves so many numbers, higher than all before; answers the first of them. For `lead` alone: by then others are higher. */
  fences(count: number): Promise<number>;
  /**
   * Makes this site the leader of a task that it made itself, and that nobody else knew of, under a number reserved before. False:
   * the number of the task is another task's. Asked again for the same task: nothing happens.
   */
  lead(task: TaskId, mark: string, leadFence: number): Promise<boolean>;
  /**
   * Makes the number of a task its own in all sites, and this site its leader. `mark` tells this task from another one of the
   * same number. `null`: the number is another task's. Asked again for the same task: who leads it now.
   */
  claim(task: TaskId, mark: string): Promise<Lead | null>;
  /** Who leads the task; `null`: it is shared no more, or never was. */
  leadOf(task: TaskId): Promise<Lead | null>;
  /** True while this site leads the task under that number: ask before each effect outside. */
  holds(task: TaskId, leadFence: number): Promise<boolean>;
  /** What a site leads, with the numbers. */
  ledBy(site: SiteId): Promise<readonly { readonly task: TaskId; readonly leadFence: number }[]>;
  /** Makes this site the leader, if the task is still led as in `from`. `null`: somebody else was faster. */
  adopt(task: TaskId, from: Lead): Promise<Lead | null>;
  /** The task has ended: nobody leads it, it is in no queue. Its number stays its own; its document, for a month. Nothing where this site does not lead it so. */
  end(task: TaskId, leadFence: number): Promise<void>;
  /** The task is this coordinator's own again: nothing of it stays. False where this site does not lead it so. */
  unclaim(task: TaskId, leadFence: number): Promise<boolean>;

  // The queue.
  /** Puts tasks in the queue, or moves them to their level. What is there already, void, or led by another stays as it is. */
  offer(offers: readonly Offer[]): Promise<void>;
  /** `taken`: a site holds it; its leader is that site by now, or will be. `gone`: it stands in no queue under this number. */
  withdraw(
    place: Pick<Offer, 'task' | 'queueing' | 'demandKey'>,
  ): Promise<'withdrawn' | 'taken' | 'gone'>;
  /** How many wait, by demand. */
  waiting(): Promise<readonly Waiting[]>;
  /** At most `limit` tasks, lowest level first, none above `mostLevel`. This site leads them from then on. */
  take(wants: readonly Want[], limit: number, mostLevel?: number): Promise<readonly Taken[]>;
  /** Answers with those that are this site's no more. Call it every `LOCK_RENEW_MS`. */
  renew(taken: readonly Taken[]): Promise<readonly Taken[]>;
  /**
   * It has left queue and hand, and its place is void, also when the lock was lost. `isBegun`: the task comes again under a
   * higher `queueing`, if ever; else it only waits no more, and may come again under the same.
   */
  settle(taken: Taken, isBegun: boolean): Promise<void>;
  /** Nobody could start it: it waits again where it was. False where the lock was lost. */
  giveBack(taken: Taken): Promise<boolean>;
  /** This site cannot hold such a task: it waits again, and whoever led it leads it as before. */
  refuse(taken: Taken): Promise<void>;

  // The stream.
  /** In order of `seq`. What was told already is left out; a document under a lower number than the kept one, too. */
  tell(tellings: readonly Telling[]): Promise<void>;
  /** Up to where this site's own tellings have arrived. */
  toldUpTo(): Promise<number>;
  /** Everything that the other sites tell, from where `heard` says. Goes on over breaks, until the answer is called. */
  follow(follower: Follower): () => void;
  documents(): Promise<readonly KeptDocument[]>;
}

/** A site renews its lease so often; it counts as lost when it has not for `LEASE_MS`. */
export const LEASE_RENEW_MS = 15_000;
export const LEASE_MS = 30_000;
/** So long before its end a lease counts as run out: what was begun under it is done by then. */
export const LEASE_MARGIN_MS = 5_000;

/** The same for the lock on a task that was taken. */
export const LOCK_RENEW_MS = 10_000;
export const LOCK_MS = 30_000;

/** So long nobody else takes over what a lost site led. */
export const CLAIM_MS = 60_000;
