/** Links that the app is opened with: kept until the page asks for one, and then passed on as they come. */
import type { DeepLink } from '../../shared/bridge.ts';

export interface Links {
  /** Passes the link on, or keeps it; the newest one counts. */
  arrived(link: DeepLink): void;
  /** Address of the page's router to begin at: where the kept link leads; empty where it leads nowhere in particular. */
  startPath(): string;
  /** The page listens now: what is kept, if anything. */
  take(): DeepLink | null;
  /** Where links go once the page listens. */
  sendTo(deliver: (link: DeepLink) => void): void;
}

export function createLinks(): Links {
  let kept: DeepLink | null = null;
  let deliver: ((link: DeepLink) => void) | null = null;
  let isHeard = false;
  return {
    arrived(link) {
      if (isHeard && deliver) deliver(link);
      else kept = link;
    },
    startPath() {
      if (kept?.kind !== 'page') return '';
      const { path } = kept;
      kept = null;
      return path;
    },
    take() {
      isHeard = true;
      const link = kept;
      kept = null;
      return link;
    },
    sendTo(target) {
      deliver = target;
    },
  };
}
