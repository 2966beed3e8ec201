/** What ids look like, for who must not load zod to tell (Electron's main process, where it would hold up the window). */
export const TASK_ID = /^task-[1-9][0-9]{0,14}$/;
export const SITE_ID = /^[a-z][a-z0-9-]{0,30}$/;
/** Of an agent of this coordinator: files, certificates and links are made of nothing else. */
export const OWN_AGENT_ID = /^[a-z0-9][a-z0-9-]{0,62}$/;
/** Also of another coordinator's: `atelier@tokyo`. */
export const AGENT_ID = /^[a-z0-9][a-z0-9-]{0,62}(@[a-z][a-z0-9-]{0,30})?$/;
