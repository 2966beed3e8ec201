/** What the window and Electron's main process say to each other about updates of the app. */

export type UpdateChannel = 'stable' | 'beta';

/** Why an update, or word of one, was not taken. */
export type UpdateProblem =
  | 'unreachable'
  | 'unsigned'
  | 'wrong_signature'
  | 'malformed'
  | 'stale'
  | 'replayed'
  | 'older'
  | 'other_channel'
  | 'other_platform'
  | 'other_version'
  | 'no_file'
  | 'download'
  | 'install'
  | 'data';

/** Why this app does not update itself. */
export type UpdateOff = 'checkout' | 'archive' | 'no_key';

export type UpdatePhase =
  | { readonly at: 'off'; readonly why: UpdateOff }
  /** `checkedAt`: epoch ms; `null`: not yet. */
  | {
      readonly at: 'rest';
      readonly checkedAt: number | null;
      readonly found: 'current' | 'not_yet' | 'left' | null;
    }
  | { readonly at: 'checking' }
  /** `detail` is for a person who looks closer, and not translated. */
  | {
      readonly at: 'refused';
      readonly problem: UpdateProblem;
      readonly detail: string;
      readonly checkedAt: number;
    }
  | { readonly at: 'downloading'; readonly version: string; readonly percent: number }
  | {
      readonly at: 'ready';
      readonly version: string;
      /** It is installed by itself when nothing runs. */
      readonly waits: boolean;
      /** Somebody said “later”: no banner for it. */
      readonly isPutOff: boolean;
      /** False: it can only be installed while no attempt runs. */
      readonly keepsAttempts: boolean;
    }
  | { readonly at: 'installing'; readonly version: string };

/** The version from which this one came, and what going back to it means. */
export interface WayBack {
  readonly version: string;
  /** False: its package has to be downloaded first. */
  readonly isKept: boolean;
  /** The backup that has to be restored, for data that the present version brought forward; `null`: none has to. */
  readonly backup: string | null;
}

export interface UpdateView {
  /** Of this app. */
  readonly version: string;
  readonly channel: UpdateChannel;
  readonly server: string;
  /** The server is the usual one. */
  readonly isUsual: boolean;
  readonly phase: UpdatePhase;
  readonly back: WayBack | null;
}

export type UpdateOrder =
  | { readonly do: 'look' }
  | { readonly do: 'check' }
  | { readonly do: 'install'; readonly when: 'now' | 'idle' | 'later' }
  /** An empty server is the usual one. */
  | { readonly do: 'source'; readonly channel: UpdateChannel; readonly server: string }
  /** Asks first, with what would be left out. */
  | { readonly do: 'back' };
