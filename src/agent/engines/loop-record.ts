/** What our own loop lets people see: words in the terminal as they come, and the transcript, a line for each event. */
import { open } from 'node:fs/promises';
import type { Clock } from '../../shared/clock.ts';
import type { LoopEvent } from '../../shared/transcript/loop.ts';
import { subjectOf } from '../../shared/transcript/tools.ts';
import type { EngineRun } from './engine.ts';
import { dim, toolAnswered, toolUsed, visible } from './shown.ts';
import type { ToolAnswer } from './tools/tool.ts';

export interface LoopRecord {
  /** A piece of the model's words. */
  words(piece: string): void;
  /** A line of our own in the terminal. */
  note(text: string): void;
  showCall(tool: string, input: unknown): void;
  showResult(answer: ToolAnswer): void;
  /** @throws what the disk says */
  write(event: LoopEvent): Promise<void>;
  close(): Promise<void>;
}

export async function openRecord(
  { terminal, transcript }: Pick<EngineRun, 'terminal' | 'transcript'>,
  clock: Clock,
): Promise<LoopRecord> {
  const file = await open(transcript.path, 'a');
  let size = (await file.stat()).size;
  let isOpen = false;
  const note = (text: string): void => {
    // What the model says may lack the end of its line.
    if (isOpen) terminal.note('\n');
    isOpen = false;
    terminal.note(text);
  };
  return {
    words(piece) {
      const text = visible(piece);
      if (text === '') return;
      terminal.note(text);
      isOpen = !text.endsWith('\n');
    },
    note: (text) => note(dim(visible(text))),
    showCall(tool, input) {
      const subject = isInput(input) ? subjectOf(input) : '';
      note(toolUsed(tool, subject));
    },
    showResult: ({ text, isError }) => note(toolAnswered(text.trim(), isError)),
    async write(event) {
      const line = Buffer.from(`${JSON.stringify({ koubou: 1, at: clock.now(), ...event })}\n`);
      await file.appendFile(line);
      size += line.length;
      transcript.grown(size);
    },
    close: async () => await file.close(),
  };
}

function isInput(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
