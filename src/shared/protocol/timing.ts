/**
 * The numbers that keep an attempt from being held twice, in one place. All are durations measured on
 * monotonic clocks; no wall clock takes part.
 *
 * An agent that hears no heartbeat answer for AGENT_STOP_MS stops its attempts by itself. The coordinator
 * gives them away AGENT_LOST_MS after the last message. The difference (5 s) covers the time a
 * process group takes to die and the way of the last message.
 */
export const HEARTBEAT_MS = 3_000;
export const AGENT_STOP_MS = 10_000;
export const AGENT_LOST_MS = 15_000;

/** Reconnect pauses of an agent: doubled from the first to the longest. */
export const RECONNECT_FIRST_MS = 200;
export const RECONNECT_LONGEST_MS = 5_000;
