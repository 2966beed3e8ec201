/** The displays that `npm test` makes for the windows of tests (scripts/test/displays.mjs); elsewhere there is the one that is. */

type Environment = Readonly<Record<string, string | undefined>>;

/** Their names, one for each worker. */
export function displays(env: Environment): string[] {
  return (env['KOUBOU_DISPLAYS'] ?? '').split(' ').filter((name) => name !== '');
}

/** What sets the display of a program that a worker of Playwright starts. */
export function ownDisplay(env: Environment): { DISPLAY?: string } {
  const name = displays(env)[Number(env['TEST_PARALLEL_INDEX'] ?? 0)];
  return name === undefined ? {} : { DISPLAY: name };
}
