/** One console: what runs in it, from its start until nothing of it is left. */
import type { ConsoleId } from '../../shared/console.ts';
import type { Clock } from '../../shared/clock.ts';
import type { Mark } from '../environment.ts';
import { endTree } from '../kill.ts';
import { openTerminal, type OpenTerminal, type TerminalProcess } from '../open-terminal.ts';
import type { OutputLink } from '../sender.ts';
import { yieldToAgents } from '../yield.ts';
import { createOutbox, type Outbox } from './outbox.ts';
import { createRedactor, type Redactor } from './redact.ts';

export interface OpenConsole {
  readonly outbox: Pick<Outbox, 'hold'>;
  type(bytes: Uint8Array): void;
  resize(cols: number, rows: number): void;
  /** @param window how much may be under way beyond it, in bytes */
  acknowledged(offset: number, window: number): void;
  pump(): void;
  /** Ends it with all that was started in it. Resolves when nothing of it is left. */
  end(): Promise<void>;
}

export interface ConsoleOptions {
  readonly id: ConsoleId;
  readonly process: TerminalProcess;
  readonly mark: Mark;
  readonly secrets: readonly string[];
  readonly link: OutputLink;
  readonly clock: Clock;
  /** What ran in it ended by itself. */
  readonly onExit: (code: number) => void;
}

/** How long what a person started has to tidy up after the hang-up. */
const GRACE_MS = 1_000;
/** What may be the beginning of a key is shown when nothing follows it for so long. */
const REST_MS = 20;
const PAUSED_LOOK_MS = 50;

/** @throws Error when it cannot be started */
export function startConsole(options: ConsoleOptions): OpenConsole {
  return new PtyConsole(options, openTerminal(options.process, options.clock));
}

class PtyConsole implements OpenConsole {
  readonly outbox: Outbox;
  private readonly options: ConsoleOptions;
  private readonly terminal: OpenTerminal;
  private readonly redactor: Redactor;
  private readonly exited = Promise.withResolvers<void>();
  private isPaused = false;
  private cancelRest = (): void => {};
  private cancelLook = (): void => {};

  constructor(options: ConsoleOptions, terminal: OpenTerminal) {
    this.options = options;
    this.terminal = terminal;
    yieldToAgents(terminal.pid);
    this.outbox = createOutbox(options.id, options.link);
    this.redactor = createRedactor(options.secrets);
    terminal.onData((bytes) => this.print(this.redactor.write(bytes)));
    terminal.onExit((code) => {
      this.print(this.redactor.flush());
      this.exited.resolve();
      options.onExit(code);
    });
  }

  type(bytes: Uint8Array): void {
    this.terminal.write(bytes);
  }

  resize(cols: number, rows: number): void {
    this.terminal.resize(cols, rows);
  }

  acknowledged(offset: number, window: number): void {
    if (this.outbox.acknowledged(offset, window)) this.resume();
  }

  pump(): void {
    this.outbox.pump();
  }

  async end(): Promise<void> {
    const { mark, clock } = this.options;
    try {
      // A shell does not end for a SIGTERM, but tells its jobs of this.
      process.kill(this.terminal.pid, 'SIGHUP');
    } catch {
      // It ended by itself.
    }
    this.resume();
    await endTree(mark, { clock, groups: [this.terminal.pid], graceMs: GRACE_MS });
    await this.exited.promise;
  }

  private print(bytes: Buffer): void {
    this.cancelRest();
    this.cancelRest = this.options.clock.after(REST_MS, () => {
      const rest = this.redactor.flush();
      if (rest.length > 0) this.outbox.write(rest);
    });
    if (bytes.length === 0 || this.outbox.write(bytes) || this.isPaused) return;
    this.isPaused = true;
    this.terminal.pause();
    this.look();
  }

  private resume(): void {
    if (!this.isPaused) return;
    this.isPaused = false;
    this.cancelLook();
    this.terminal.resume();
  }

  /** What a paused terminal has not given when its process ends would be thrown away; it is little, so it is taken. */
  private look(): void {
    this.cancelLook = this.options.clock.after(PAUSED_LOOK_MS, () => {
      if (isThere(this.terminal.pid)) this.look();
      else this.resume();
    });
  }
}

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
