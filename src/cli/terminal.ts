/** Asks a person at the terminal; what they type is shown only where it is no secret. */
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';

/**
 * @param echo false: nothing of the answer is shown
 * @returns `null` when there is no terminal, or the person ends it (Ctrl-C, Ctrl-D)
 */
export async function askAtTerminal(prompt: string, echo: boolean): Promise<string | null> {
  const { stdin, stderr } = process;
  if (!stdin.isTTY || !stderr.isTTY) return null;
  stderr.write(prompt);
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  // With a terminal readline takes single keys, and only what it writes itself is seen.
  const lines = createInterface({ input: stdin, output: echo ? stderr : nowhere, terminal: true });
  const { promise, resolve } = Promise.withResolvers<string | null>();
  lines.once('line', resolve);
  // Ctrl-C and Ctrl-D.
  lines.once('SIGINT', () => lines.close());
  lines.once('close', () => resolve(null));
  const line = await promise;
  lines.close();
  if (!echo || line === null) stderr.write('\n');
  return line;
}
