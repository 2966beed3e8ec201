/** The log of an agent, line by line as it wrote it: JSON of its own, and whatever else its programs printed. Pure. */
import { z } from 'zod';

export interface LogLine {
  readonly text: string;
  /** Epoch ms; `null` when the line does not say. */
  readonly at: number | null;
  readonly level: 'info' | 'warn' | 'error';
}

const Entry = z.looseObject({
  level: z.number(),
  time: z.union([z.number(), z.iso.datetime()]),
  msg: z.string().default(''),
  err: z.looseObject({ message: z.string() }).optional(),
});

/** Of every line of the logger, and of no interest on this page. */
const USUAL = new Set(['level', 'time', 'msg', 'pid', 'hostname', 'name', 'v', 'err', 'agent']);
const WARN = 40;
const ERROR = 50;

export function logLines(text: string): LogLine[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map(lineOf);
}

function lineOf(line: string): LogLine {
  const entry = Entry.safeParse(jsonOf(line));
  if (!entry.success) return { text: line, at: null, level: 'info' };
  const { level, time, msg, err, ...rest } = entry.data;
  const more = Object.entries(rest).flatMap(([key, value]) =>
    USUAL.has(key) ? [] : [`${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`],
  );
  return {
    text: [msg, ...(err ? [err.message] : []), ...more].join('  '),
    at: typeof time === 'number' ? time : Date.parse(time),
    level: level >= ERROR ? 'error' : level >= WARN ? 'warn' : 'info',
  };
}

function jsonOf(line: string): unknown {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line);
  } catch {
    // A line of something else that begins with a brace.
    return undefined;
  }
}
