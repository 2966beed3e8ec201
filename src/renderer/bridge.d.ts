import type { Bridge } from '../shared/bridge.ts';

declare global {
  interface Window {
    /** Put there by the preload; absent when the page is open in a browser. */
    readonly koubou?: Bridge<File>;
  }
}
