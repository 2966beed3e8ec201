/** Examples of commands in the reference. `test/cluster/docs.test.ts` runs them as it runs those of all pages. */
export const EXAMPLES = {};
