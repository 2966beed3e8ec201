/** What both ends of a self-test agree on: the file that is changed, and what has to stand in it afterwards. */

export const SELF_TEST_FILE = 'answer.txt';

/** Known to the agent only from its orders, so that a push of it shows that the test was done. */
export function selfTestAnswer(id: string): string {
  return `tested ${id}\n`;
}

/** The user under which the test fetches and pushes. */
export function selfTestUser(id: string): string {
  return `self-test-${id}`;
}

/** How long the whole test may take, ms: the agent's own count, and the coordinator's. */
export const SELF_TEST_MS = 25_000;
export const SELF_TEST_ANSWER_MS = 30_000;
