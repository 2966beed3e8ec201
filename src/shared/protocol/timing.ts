/**
 * The numbers that keep an attempt from being held twice, in one place. All are durations measured on
 * monotonic clocks; no wall clock takes part, so setting a clock changes nothing.
 *
 *   last answered heartbeat          AGENT_PAUSE_MS            AGENT_LOST_MS
 *   ─────┼──────────────────────────────┼──────────────────────────┼────────►
 *        │ the agent works and may push │ it stands still and may  │ the coordinator gives
 *        │                              │ not push                 │ its attempts away
 *
 * The agent counts from when it *sent* the heartbeat that was answered, the coordinator from when it was last heard, so
 * the agent's count is always the longer one. The difference (5 s) covers the time it takes to stop a process tree and
 * what is on its way. Each end counts no time that it slept itself: a coordinator that was stopped gives nothing away
 * for that, and an agent asks before it goes on.
 *
 * HEARTBEAT_MS is small beside AGENT_LOST_MS so that a pause of an agent of up to 12 s is no loss.
 */
export const HEARTBEAT_MS = 2_000;
export const AGENT_PAUSE_MS = 10_000;
export const AGENT_LOST_MS = 15_000;

/** Before a push, the answer to a heartbeat must be at most this old; else a new one is asked for. */
export const FRESH_LEASE_MS = 4_000;

/**
 * An attempt that stood still for so long without a coordinator is ended, to free its memory. Its work and its
 * recording are kept and sent when the coordinator is back.
 */
export const PAUSED_AT_MOST_MS = 30 * 60_000;

/** How long what runs in a cancelled attempt has to tidy up before it is killed. */
export const CANCEL_GRACE_MS = 5_000;

/** Reconnect pauses of an agent: doubled from the first to the longest. */
export const RECONNECT_FIRST_MS = 200;
export const RECONNECT_LONGEST_MS = 2_000;
