/** What set-up tells the user: one line per step that does something, one line when it can't go on. */

/** A problem that the user can do something about; shown as its message alone, without a stack. */
export class SetupError extends Error {}

/** Says what is being done. On stderr, so that what a command prints can be piped. */
export function say(text) {
  process.stderr.write(`koubou: ${text}\n`);
}

/** Runs the main function of a script and ends with its exit code; a SetupError becomes one line. */
export async function runMain(main) {
  try {
    process.exitCode = (await main()) ?? 0;
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    say(error.message);
    process.exitCode = 1;
  }
}
