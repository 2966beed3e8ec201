/** `koubou tasks attach` and `koubou agents shell`: a console in this very terminal. */
import { StringDecoder } from 'node:string_decoder';
import type { Command } from 'commander';
import { OPERATIONS } from '../../shared/contract.ts';
import type { Console, ConsoleKind } from '../../shared/console.ts';
import type { AgentId, TaskId } from '../../shared/ids.ts';
import { CONSOLE_FRAME_MAX, encodeConsole } from '../../shared/protocol/console.ts';
import { parseAgentId, parseTaskId } from '../arguments.ts';
import { converse } from '../follow.ts';
import { CliError, EXIT, type CliIo } from '../io.ts';
import type { Keyboard } from '../keyboard.ts';
import { safeLine } from '../safe-text.ts';
import { openSession, withCommonOptions, type CommonOptions, type Session } from '../session.ts';

/** Ctrl-]: what telnet has for the same. */
const LEAVE = 0x1d;

interface AttachOptions extends CommonOptions {
  readonly engine?: boolean;
}

export function addAttachCommand(tasks: Command, io: CliIo): void {
  withCommonOptions(
    tasks
      .command('attach')
      .description('take a task over: a shell in its work tree, while its attempt stands still')
      .argument('<task>', 'its id, as "koubou tasks list" shows it', parseTaskId)
      .option('--engine', "the engine's own session instead of a shell"),
  ).action(async (id: TaskId, { engine = false, ...options }: AttachOptions) => {
    const kind: ConsoleKind = engine ? 'engine' : 'shell';
    const session = await openSession(io, options);
    await inTerminal(session, `${id} is yours; "exit" or Ctrl-] hands it back`, {
      open: (size) => session.client.call(OPERATIONS['consoles.take_over'], { id, kind, ...size }),
      close: () => session.client.call(OPERATIONS['consoles.hand_back'], { id }),
    });
  });
}

export function addShellCommand(agents: Command, io: CliIo): void {
  withCommonOptions(
    agents
      .command('shell')
      .description('a shell on an agent')
      .argument('<agent>', 'its id, as "koubou agents list" shows it', parseAgentId),
  ).action(async (id: AgentId, options: CommonOptions) => {
    const session = await openSession(io, options);
    await inTerminal(session, `a shell on ${id}; "exit" or Ctrl-] ends it`, {
      open: (size) => session.client.call(OPERATIONS['consoles.shell'], { id, ...size }),
      close: (console) => session.client.call(OPERATIONS['consoles.close'], { id: console.id }),
    });
  });
}

interface Way {
  open(size: { cols: number; rows: number }): Promise<Console>;
  close(console: Console): Promise<unknown>;
}

async function inTerminal({ io, address }: Session, words: string, way: Way): Promise<void> {
  const keyboard = io.openKeyboard();
  if (!keyboard)
    throw new CliError(EXIT.wrongUse, 'this needs a terminal to type into: run it in one');
  try {
    const console = await way.open(keyboard.size());
    io.warn(words);
    const why = await talk(io, address, console, keyboard, way);
    io.warn(`closed: ${safeLine(why)}`);
  } finally {
    keyboard.close();
  }
}

/** Until the console is closed; answers why it was. */
async function talk(
  io: CliIo,
  address: Session['address'],
  { id: consoleId, ...console }: Console,
  keyboard: Keyboard,
  way: Way,
): Promise<string> {
  // What happened before is of no interest here.
  const everything = { type: 'subscribe', after: Number.MAX_SAFE_INTEGER } as const;
  const about = { consoleId, from: 0, pen: true, surface: 'terminal' } as const;
  const opening = [everything, { type: 'console_watch', ...about }] as const;
  const decoder = new StringDecoder('utf8');
  let isFirst = true;
  for await (const { value, send } of converse(address, opening, io.stop)) {
    if (isFirst) {
      isFirst = false;
      keyboard.onSize(() => send({ type: 'console_resize', consoleId, ...keyboard.size() }));
      keyboard.onKeys((bytes) => {
        if (bytes.includes(LEAVE)) return void way.close({ id: consoleId, ...console });
        for (let at = 0; at < bytes.length; at += CONSOLE_FRAME_MAX) {
          const piece = bytes.subarray(at, at + CONSOLE_FRAME_MAX);
          send(encodeConsole({ consoleId, offset: 0, bytes: piece }));
        }
      });
    }
    if (value.type === 'console_bytes' && value.consoleId === consoleId) {
      await io.write(decoder.write(Buffer.from(value.bytes)));
      send({ type: 'console_ack', consoleId, offset: value.offset + value.bytes.length });
    }
    if (value.type !== 'console' || value.console.id !== consoleId) continue;
    if (value.console.state === 'closed') return value.console.why ?? 'nobody said why';
  }
  return 'you left';
}
