/**
 * What the window and Electron's main process say to each other: where the coordinator is and how it fares, and the
 * few things only a native program can do. Everything else goes over the API.
 */

import type { UpdateOrder, UpdateView } from './update.ts';

/** How the coordinator of this window fares. Texts in `why` and `note` are for people. */
export type CoordinatorState =
  | { readonly status: 'starting' }
  | {
      readonly status: 'ready';
      readonly url: string;
      readonly token: string;
      /** Something the user should know, such as another port than asked for. */
      readonly note: string | null;
    }
  | {
      readonly status: 'restarting';
      readonly why: string;
      /** The try that is coming, counted from 1, of `most`. */
      readonly attempt: number;
      readonly most: number;
    }
  | {
      readonly status: 'failed';
      readonly why: string;
      /** The last lines it printed, oldest first, without secrets. */
      readonly log: readonly string[];
    };

/** Something that needs a person who is not looking: the system shows it, and a click on it opens `path` in the page. */
export interface SystemNotice {
  readonly title: string;
  readonly body: string;
  /** An address of the page's router. */
  readonly path: string;
}

/** How the workshop fares, for the icon in the system's tray: the window says so, and the tray keeps it when that is hidden. */
export interface TraySummary {
  readonly state: 'calm' | 'working' | 'needs_you' | 'stopped' | 'trouble';
  /** The same in words, in the language of the window. */
  readonly words: string;
  /** The first of what needs a person; at most `MOST_TRAY_NEEDS`. */
  readonly needs: readonly { readonly title: string; readonly path: string }[];
  /** Attempts that an emergency stop would reach. */
  readonly running: number;
  readonly isPaused: boolean;
  readonly isStopped: boolean;
  /** Nothing can be asked of the coordinator now. */
  readonly isAway: boolean;
}

export const MOST_TRAY_NEEDS = 5;

/** For how long the system's notices are not wanted. `morning`: until eight o'clock tomorrow. */
export type QuietChoice = 'off' | 'hour' | 'morning' | 'always';

export type Quiet =
  | { readonly kind: 'off' }
  /** Epoch ms. */
  | { readonly kind: 'until'; readonly at: number }
  | { readonly kind: 'always' };

/** How the app came onto this PC, and what follows from that. */
export interface Installation {
  /** What is typed into a terminal to see the demo. */
  readonly demoCommand: string;
  /** Whether it starts when the user logs in; `null`: it is not installed, and cannot. */
  readonly startsAtLogin: boolean | null;
}

/** What a link into the app (`koubou://…`) asks to be shown. */
export type DeepLink =
  /** An address of the page's router. */
  | { readonly kind: 'page'; readonly path: string }
  /** For the import sheet, where a person decides. */
  | { readonly kind: 'import'; readonly url: string }
  | { readonly kind: 'unknown' };

/** `window.koubou`, put there by the preload; absent in a browser. `FileHandle` is the DOM's `File`. */
export interface Bridge<FileHandle> {
  getConnection(): Promise<CoordinatorState>;
  /** The answer stops the calls. */
  onConnection(listener: (state: CoordinatorState) => void): () => void;
  /** The folder the user picks; `null` when they change their mind. */
  pickFolder(): Promise<string | null>;
  /** Starts a coordinator that failed. */
  retry(): Promise<void>;
  /** Starts the coordinator anew, while agents work on; false: it is not this program's to restart. */
  restart(): Promise<boolean>;
  /** Shows the data folder in the system's file manager. */
  openDataFolder(): Promise<void>;
  /** Shows a notice of the system, unless the user has switched them off. */
  notify(notice: SystemNotice): void;
  /** Calls with the path of a notice that was clicked; the answer stops the calls. */
  onOpen(listener: (path: string) => void): () => void;
  /** The link that the app was opened with, once; from then on links come to `onLink`. */
  takeLink(): Promise<DeepLink | null>;
  /** Calls with each link that is opened; the answer stops the calls. */
  onLink(listener: (link: DeepLink) => void): () => void;
  setTray(summary: TraySummary): void;
  getQuiet(): Promise<Quiet>;
  setQuiet(choice: QuietChoice): Promise<Quiet>;
  getInstallation(): Promise<Installation>;
  /** Has the installed app start, without its window, when the user logs in. */
  setStartsAtLogin(on: boolean): Promise<Installation>;
  /** Calls after the machine has slept; the answer stops the calls. */
  onWake(listener: () => void): () => void;
  /** Orders something of the app's updates; the answer is how they stand then. */
  update(order: UpdateOrder): Promise<UpdateView>;
  /** Calls with each change of that; the answer stops the calls. */
  onUpdate(listener: (view: UpdateView) => void): () => void;
  /** Where a file or folder that was dropped on the window lies on disk. */
  pathOf(file: FileHandle): string;
}
