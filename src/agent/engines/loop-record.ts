/** What our own loop lets people see: words in the terminal as they come, and the transcript, a line for each event. */
import { open } from 'node:fs/promises';
import type { Clock } from '../../shared/clock.ts';
import type { LoopEvent } from '../../shared/transcript/loop.ts';
import { subjectOf } from '../../shared/transcript/tools.ts';
import type { EngineRun } from './engine.ts';
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
    note: (text) => note(`\u001b[2m${visible(text)}\u001b[0m\n`),
    showCall(tool, input) {
      const subject = isInput(input) ? subjectOf(input) : '';
      note(`\u001b[36m● ${visible(tool)}\u001b[0m ${visible(subject)}\n`);
    },
    showResult({ text, isError }) {
      const [first = ''] = text.trim().split('\n', 1);
      const lines = text.trim().split('\n').length;
      const line = first.length > LONGEST ? `${first.slice(0, LONGEST - 1)}…` : first;
      const more = lines > 1 ? ` (${lines} lines)` : '';
      note(`\u001b[${isError ? 31 : 2}m  ↳ ${visible(line)}${more}\u001b[0m\n`);
    },
    async write(event) {
      const line = Buffer.from(`${JSON.stringify({ koubou: 1, at: clock.now(), ...event })}\n`);
      await file.appendFile(line);
      size += line.length;
      transcript.grown(size);
    },
    close: async () => await file.close(),
  };
}

const LONGEST = 160;

function isInput(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/** A model's words must not steer the terminal that shows them. */
function visible(text: string): string {
  // oxlint-disable-next-line no-control-regex -- matching control characters is the purpose
  return text.replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '');
}
