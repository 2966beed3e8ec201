/** The views of a task. */
export const TABS = ['timeline', 'terminal', 'transcript', 'changes', 'tests', 'why'] as const;
export type Tab = (typeof TABS)[number];

/** The view that an address names; one without a name, or with one that there is not, leads to the first. */
export function tabIn(name: string | undefined): Tab {
  return TABS.find((tab) => tab === name) ?? TABS[0];
}
