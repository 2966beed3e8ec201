/** The names of the checks of an agent's health, and how one can end. */

export type Check =
  | 'connection'
  | 'work'
  | 'disk'
  | 'memory'
  | 'load'
  | 'clock'
  | 'engines'
  | 'certificate'
  | 'program'
  | 'tunnel';

/** `unknown`: an agent that is away, or too old to tell. */
export type Verdict = 'good' | 'note' | 'bad' | 'unknown';
