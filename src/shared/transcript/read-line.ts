/** One line of a transcript, whichever engine wrote it: each is known by how its events begin. */
import { readClaudeLine, type ReadLine } from './claude.ts';
import { readCodexLine } from './codex.ts';
import { readLoopLine } from './loop.ts';
import { readOpenCodeLine } from './opencode.ts';

/** Of a line, which may be long: what tells whose it is stands at its beginning. */
const BEGINNING = 300;
const CODEX = /^\{"type":"(?:(?:thread|turn|item)\.|error","message":)/;
const OPENCODE = /^\{"type":"[a-z_]+","timestamp":\d+,"sessionID":"ses_/;
const OWN = /^\{"koubou":1,/;

/** @param line without its end */
export function readTranscriptLine(line: string): ReadLine {
  const beginning = line.slice(0, BEGINNING);
  if (OWN.test(beginning)) return readLoopLine(line);
  if (CODEX.test(beginning)) return readCodexLine(line);
  if (OPENCODE.test(beginning)) return readOpenCodeLine(line);
  return readClaudeLine(line);
}
