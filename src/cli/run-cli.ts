/** The command line as a function: arguments in, exit code out. */
import { Command, CommanderError } from 'commander';
import { NativeError } from '../native/load.ts';
import { RejectionError } from '../shared/errors.ts';
import { CliError, EXIT, type CliIo, type ExitCode } from './io.ts';
import { safeText } from './safe-text.ts';

/** Adds the commands that start a role; `roles.ts` has them, because only it may reach the roles. */
export type AddRoles = (program: Command) => void;

/** @returns the exit code; everything that went wrong has been said by then */
export async function runCli(
  args: readonly string[],
  io: CliIo,
  addRoles: AddRoles,
): Promise<ExitCode> {
  const program = emptyProgram(io);
  addRoles(program);
  if (!isRole(args)) {
    const { addClientCommands } = await import('./client-commands.ts');
    addClientCommands(program, io);
  }
  settle(program);
  try {
    await program.parseAsync(args, { from: 'user' });
    return EXIT.done;
  } catch (error) {
    return explain(error, io);
  }
}

/** All commands of both kinds, for what reads them: the generated reference, and tests of what is documented. */
export async function wholeProgram(io: CliIo, addRoles: AddRoles): Promise<Command> {
  const program = emptyProgram(io);
  addRoles(program);
  const { addClientCommands } = await import('./client-commands.ts');
  addClientCommands(program, io);
  settle(program);
  return program;
}

function emptyProgram(io: CliIo): Command {
  return new Command('koubou')
    .description('A workshop of AI coding agents: tasks in, reviewed changes out.')
    .showHelpAfterError('("koubou --help" and "koubou COMMAND --help" show how)')
    .configureOutput({
      writeOut: (text) => void io.write(text),
      writeErr: (text) => io.warn(text.trimEnd()),
    })
    .exitOverride();
}

/** What `addRoles` adds; all else is a client of the API. */
export function isRole([command]: readonly string[]): boolean {
  return command === 'serve' || command === 'agent';
}

/** Subcommands inherit neither `exitOverride` nor the output when they were made before: set it on each. */
function settle(command: Command): void {
  for (const child of command.commands) {
    child.copyInheritedSettings(command);
    settle(child);
  }
}

function explain(error: unknown, io: CliIo): ExitCode {
  // Commander has written its message already; help and the like end with 0.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.wrongUse;
  if (error instanceof CliError) {
    io.warn(`koubou: ${error.message}`);
    return error.code;
  }
  if (error instanceof RejectionError) {
    const { code, message } = error.rejection;
    io.warn(`koubou: ${safeText(message, false)} (${code})`);
    return code === 'invalid_input' ? EXIT.wrongUse : EXIT.failed;
  }
  if (error instanceof NativeError) {
    io.warn(`koubou: ${error.message}`);
    return EXIT.failed;
  }
  io.warn(`koubou: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  return EXIT.failed;
}
