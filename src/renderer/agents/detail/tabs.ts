/** The views of an agent. */
export const AGENT_TABS = ['overview', 'work', 'machine', 'log'] as const;
export type AgentTab = (typeof AGENT_TABS)[number];
