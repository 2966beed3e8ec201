/**
 * Keeps a conversation within what a model can take in: what is older is told anew in few words, by the model itself, and
 * what is recent stays as it is. Pure but for the question.
 */
import type { Answer, AnswerPart, Message, UserPart } from './loop-model.ts';

/** Texts of prompts and code come to about that many characters for a token; counted low, so that estimates are high. */
const CHARACTERS = 3;

export function tokensIn(messages: readonly Message[]): number {
  return Math.ceil(JSON.stringify(messages).length / CHARACTERS);
}

export interface Split {
  /** What the task is, in the words of the prompt. */
  readonly task: string;
  /** What was told anew before; empty when nothing was. */
  readonly told: string;
  /** The turns that now are. */
  readonly older: readonly Message[];
  readonly recent: readonly Message[];
}

/**
 * @param keep tokens that what stays as it is may have
 * @returns `null` when there is nothing that could be told in fewer words
 */
export function splitForCompaction(messages: readonly Message[], keep: number): Split | null {
  const [first] = messages;
  if (first?.role !== 'user') return null;
  let from = messages.length;
  for (let index = messages.length - 1, size = 0; index > 0; index -= 1) {
    const message = messages[index];
    if (!message) break;
    size += tokensIn([message]);
    if (size > keep) break;
    // A result of a tool is nothing without its call, so what stays begins with an answer.
    if (message.role === 'assistant') from = index;
  }
  const [task, ...told] = first.parts;
  if (task?.kind !== 'text' || from <= 1) return null;
  return {
    task: task.text,
    told: told.map((part) => part.text).join('\n'),
    older: messages.slice(1, from),
    recent: messages.slice(from),
  };
}

/** The conversation that goes on after a compaction. */
export function compacted({ task, recent }: Split, summary: string): Message[] {
  const told = `What you did so far, in your own words, since the whole of it has no room any more:\n\n${summary}`;
  const parts: UserPart[] = [
    { kind: 'text', text: task },
    { kind: 'text', text: told },
  ];
  return [{ role: 'user', parts }, ...recent];
}

/** What the model is asked for a summary with. It brings no tools, and is valid by itself. */
export function summaryQuestion({ task, told, older }: Split, mostTokens: number): Message[] {
  const text = [
    'The task:',
    cut(task, LONGEST_PART),
    ...(told === '' ? [] : [cut(told, LONGEST_TOLD)]),
    'The work so far:',
    story(older, mostTokens),
    'Write the summary.',
  ].join('\n\n');
  return [{ role: 'user', parts: [{ kind: 'text', text }] }];
}

export const SUMMARY_SYSTEM =
  'You summarise the work of a software engineer on a task, so that the engineer can go on from your summary alone. Say what was found out, which files were changed and how, what was tried and failed, what the last results of tests were, and what is still to do. Name files, functions and commands exactly. Be brief: less than 800 words.';

/** For when no summary can be had: what is known without a model. */
export const NO_SUMMARY =
  'The earlier turns had no room any more and are gone. Look at the state of the work tree (git status, git diff) and go on from there.';

export function summaryIn({ parts }: Answer): string {
  const text = parts.map((part) => (part.kind === 'text' ? part.text : '')).join('');
  return text.trim() === '' ? NO_SUMMARY : text.trim();
}

const LONGEST_PART = 2_000;
/** A summary is all that is left of what it tells, so it is kept whole as far as one is as long as it should be. */
const LONGEST_TOLD = 8_000;

/** As text, the newest first to be kept. */
function story(messages: readonly Message[], mostTokens: number): string {
  const lines: string[] = [];
  let room = mostTokens * CHARACTERS;
  for (const message of messages.toReversed()) {
    const told = message.parts.map(tell).filter((line) => line !== '');
    const text = told.join('\n');
    room -= text.length;
    if (room < 0) {
      lines.unshift('[what was before is left out]');
      break;
    }
    lines.unshift(text);
  }
  return lines.join('\n');
}

function tell(part: UserPart | AnswerPart): string {
  switch (part.kind) {
    case 'text':
      return cut(part.text, LONGEST_PART);
    case 'call':
      return `> ${part.tool} ${cut(JSON.stringify(part.input), LONGEST_PART)}`;
    case 'result':
      return `< ${part.isError ? 'failed: ' : ''}${cut(part.text, LONGEST_PART)}`;
    case 'thinking':
      return '';
  }
}

function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  const half = Math.floor(most / 2);
  return `${text.slice(0, half)}\n[…]\n${text.slice(-half)}`;
}
