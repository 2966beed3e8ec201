/** How keys are written for people. Pure. */

const NAMES: Readonly<Record<string, string>> = {
  arrowdown: '↓',
  arrowup: '↑',
  arrowleft: '←',
  arrowright: '→',
  escape: 'Esc',
  enter: 'Enter',
  shift: 'Shift',
  alt: 'Alt',
  ctrl: 'Ctrl',
};

/** @param keys as `useHotkeys` writes them: `mod + K` gives `⌘K` on a Mac, and `Ctrl K` elsewhere */
export function writtenKeys(keys: string, onMac: boolean): string {
  const parts = keys.split('+').map((part) => part.trim());
  const names = parts.map((part) => {
    if (part.toLowerCase() === 'mod') return onMac ? '⌘' : 'Ctrl';
    return NAMES[part.toLowerCase()] ?? (parts.length > 1 ? part.toUpperCase() : part);
  });
  return names.join(onMac && names[0] === '⌘' ? '' : ' ');
}

/** True on a Mac, where ⌘ does what Ctrl does elsewhere. */
export function isMac(): boolean {
  return navigator.platform.startsWith('Mac');
}
