/** Consoles as the API sees them: opened, watched, written to and closed. */
import type { Console, ConsoleId, ConsoleKind, Surface } from '../../../../shared/console.ts';
import type { AgentId, TaskId } from '../../../../shared/ids.ts';
import type { Result } from '../../../../shared/result.ts';

export interface Size {
  readonly cols: number;
  readonly rows: number;
}

/** One client that looks at consoles; the same object for as long as it is connected. */
export interface ConsoleClient {
  readonly id: string;
  /** A console frame, encoded. */
  send(frame: Uint8Array): void;
}

export interface WatchOptions {
  /** Output before this offset is not wanted. */
  readonly from: number;
  /** To write as well, if nobody does. */
  readonly pen: boolean;
  readonly surface: Surface;
}

export interface Consoles {
  /** Lets the task's attempt stand still; resolves when the console is open. An open one of the same kind is answered. */
  takeOver(id: TaskId, kind: ConsoleKind, size: Size, by: string): Promise<Result<Console>>;
  handBack(id: TaskId, by: string): Result<Console>;
  shell(id: AgentId, size: Size, by: string): Promise<Result<Console>>;
  close(id: ConsoleId, by: string): Result<Console>;
  list(): Console[];
  /** Called with each console that changed. */
  onChange(listener: (console: Console) => void): () => void;

  /** False when there is no such console (any more). */
  watch(client: ConsoleClient, id: ConsoleId, options: WatchOptions): boolean;
  unwatch(client: ConsoleClient, id: ConsoleId): void;
  /** @param window how much may be under way beyond `offset`, in bytes */
  acknowledge(client: ConsoleClient, id: ConsoleId, offset: number, window: number): void;
  takePen(client: ConsoleClient, id: ConsoleId): void;
  /** What a client types, and the size of its screen: nothing happens unless it has the pen. */
  type(client: ConsoleClient, id: ConsoleId, bytes: Uint8Array): void;
  resize(client: ConsoleClient, id: ConsoleId, size: Size): void;
  /** The client is gone. */
  leave(client: ConsoleClient): void;
}
