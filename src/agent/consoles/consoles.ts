/**
 * The consoles of this agent: opened and closed as the coordinator says. One of an attempt first lets it stand still
 * (`supervisor/take-over.ts`) and lets it go on when nothing of the console is left, whatever ended it. They end with the
 * agent, and when the coordinator is away for LONGEST_AWAY_MS.
 */
import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { Logger } from 'pino';
import type { ConsoleId } from '../../shared/console.ts';
import type { AttemptId } from '../../shared/ids.ts';
import type { ToAgent } from '../../shared/protocol/agent.ts';
import { CONSOLE_PROTOCOL, decodeConsole, windowOf } from '../../shared/protocol/console.ts';
import type { MachineClock } from '../clock.ts';
import type { Environment } from '../config.ts';
import { secretsOf } from '../environment.ts';
import { messageOf } from '../failure.ts';
import type { AttemptPlace } from '../held.ts';
import type { Link } from '../link.ts';
import { writeKeyFile } from '../models/key-file.ts';
import { terminalTrouble } from '../open-terminal.ts';
import { startConsole, type OpenConsole } from './console.ts';
import { commandFor } from './start.ts';
import { takeOver, type TakenOver } from './taken-over.ts';

type Frame<T extends ToAgent['type']> = Extract<ToAgent, { type: T }>;
export type ConsoleFrames = Frame<`console_${string}` & ToAgent['type']>;

export interface Consoles {
  receive(frame: ConsoleFrames): void;
  /** A binary frame; answers why it is none. */
  receiveBytes(data: Uint8Array): string | null;
  /** @param protocol that of the coordinator */
  welcomed(protocol: number): void;
  /** The link has room again. */
  pump(): void;
  close(): Promise<void>;
}

export interface ConsolesDeps {
  readonly dir: string;
  readonly environment: Environment;
  readonly clock: MachineClock;
  readonly log: Logger;
  readonly link: Pick<Link, 'send' | 'canSend' | 'sendOutput' | 'silentFor'>;
  readonly placeOf: (attemptId: AttemptId, fence: number) => AttemptPlace | null;
}

const LONGEST_AWAY_MS = 60_000;
const LOOK_EVERY_MS = 5_000;

interface Held {
  console: OpenConsole | null;
  taken: TakenOver | null;
  /** With the key to the attempt's models, for as long as it is open. */
  keyFile: string | null;
  /** Set when it is to end. */
  ending: Promise<void> | null;
}

export function createConsoles(deps: ConsolesDeps): Consoles {
  return new AgentConsoles(deps);
}

class AgentConsoles implements Consoles {
  private readonly deps: ConsolesDeps;
  private readonly held = new Map<ConsoleId, Held>();
  private cancelLook = (): void => {};

  constructor(deps: ConsolesDeps) {
    this.deps = deps;
    this.look();
  }

  receive(frame: ConsoleFrames): void {
    const { consoleId } = frame;
    const console = this.held.get(consoleId)?.console;
    switch (frame.type) {
      case 'console_open':
        return void this.open(frame);
      case 'console_resize':
        return console?.resize(frame.cols, frame.rows);
      case 'console_ack':
        return console?.acknowledged(frame.offset, windowOf(frame));
      case 'console_close':
        return void this.end(consoleId, frame.why, null);
    }
  }

  receiveBytes(data: Uint8Array): string | null {
    const frame = decodeConsole(data);
    if (!frame.ok) return frame.error;
    this.held.get(frame.value.consoleId)?.console?.type(frame.value.bytes);
    return null;
  }

  welcomed(protocol: number): void {
    if (protocol < CONSOLE_PROTOCOL) return;
    for (const { console } of this.held.values()) console?.outbox.hold();
    this.deps.link.send({ type: 'consoles_here', consoles: [...this.held.keys()] });
  }

  pump(): void {
    for (const { console } of this.held.values()) console?.pump();
  }

  async close(): Promise<void> {
    this.cancelLook();
    await this.endAll('the agent was stopped');
  }

  private look(): void {
    this.cancelLook = this.deps.clock.after(LOOK_EVERY_MS, () => {
      if (this.deps.link.silentFor() >= LONGEST_AWAY_MS)
        void this.endAll('the coordinator was away for too long');
      this.look();
    });
  }

  private async endAll(why: string): Promise<void> {
    await Promise.all([...this.held.keys()].map((id) => this.end(id, why, null)));
  }

  private async open(frame: Frame<'console_open'>): Promise<void> {
    const { consoleId } = frame;
    if (this.held.has(consoleId)) return;
    const held: Held = { console: null, taken: null, keyFile: null, ending: null };
    this.held.set(consoleId, held);
    let why: string | null;
    try {
      why = await this.start(frame, held);
    } catch (error) {
      why = `it could not be started: ${messageOf(error)}`;
    }
    if (held.ending) return;
    if (why !== null) return await this.end(consoleId, why, null);
    this.deps.log.info({ console: consoleId, attempt: frame.attempt?.attemptId }, 'console opened');
    this.deps.link.send({ type: 'console_opened', consoleId });
  }

  /** Answers why it cannot be; `null`: it runs. */
  private async start(frame: Frame<'console_open'>, held: Held): Promise<string | null> {
    const { dir, environment, clock, link, placeOf } = this.deps;
    const { consoleId: id, attempt, kind, by, cols, rows } = frame;
    const trouble = terminalTrouble();
    if (trouble !== null) return trouble;
    const place = attempt && placeOf(attempt.attemptId, attempt.fence);
    if (attempt && !place) return 'its work tree is not on this agent now; try again in a moment';
    const mark = { attemptId: id, dir };
    const command = await commandFor({ kind, place, mark, environment });
    if (!command.ok) return command.error;
    if (place) {
      const over = (): void => void this.end(id, 'the attempt is over', null);
      const taken = await takeOver(place.folder.takeOver, by, over);
      if (!taken.ok) return taken.error;
      held.taken = taken.value;
    }
    // Closed again while it was waited for.
    if (held.ending) {
      held.taken?.handBack();
      return null;
    }
    const models = held.taken?.models ?? null;
    const keyFile = place && models ? path.join(place.folder.dir, `${id}.key`) : null;
    if (models && keyFile !== null) await writeKeyFile((held.keyFile = keyFile), models.key);
    const found = models && keyFile !== null ? { address: models.address, keyFile } : null;
    held.console = startConsole({
      ...{ id, mark, link, clock },
      secrets: [...secretsOf(environment), ...(models ? [models.key] : [])],
      process: { ...command.value(found), size: { cols, rows } },
      onExit: (code) => void this.end(id, 'it ended by itself', code),
    });
    return null;
  }

  private async end(id: ConsoleId, why: string, exit: number | null): Promise<void> {
    const held = this.held.get(id);
    if (!held) return void this.deps.link.send({ type: 'console_ended', consoleId: id, why, exit });
    held.ending ??= this.finish(id, held, why, exit);
    await held.ending;
  }

  private async finish(id: ConsoleId, held: Held, why: string, exit: number | null): Promise<void> {
    const { log, link } = this.deps;
    try {
      await held.console?.end();
    } catch (error) {
      log.error({ err: error, console: id }, 'what ran in a console could not be ended');
    }
    if (held.keyFile !== null) await rm(held.keyFile, { force: true });
    // Only now: nobody else writes to the tree any more.
    held.taken?.handBack();
    this.held.delete(id);
    log.info({ console: id, why }, 'console closed');
    link.send({ type: 'console_ended', consoleId: id, why: why.slice(0, 1_000), exit });
  }
}
