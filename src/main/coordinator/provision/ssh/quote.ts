/**
 * Brings a POSIX shell script past a login shell that may be anything (bash, fish, csh, …) with start files that may
 * print anything. Pure: text in, a command line and the marks of its output out.
 */
import { randomBytes } from 'node:crypto';

export interface WrappedScript {
  readonly commandLine: string;
  /** Stands alone on a line of stdout, and of stderr, before the script's own output. */
  readonly begin: string;
  /** Begins the last line of stdout, after a line break that is ours; the exit code follows. */
  readonly end: string;
  /** What has to be on the host to run it, and what to do when it is not. */
  readonly shell: string;
  readonly advice: string;
}

/** Half of what Linux takes as one argument, since Base64 makes it longer. */
const LONGEST_SCRIPT = 64 * 1024;

/** Old csh takes no longer word. */
const WORD = 500;

/** One word for a POSIX shell. */
export function quote(text: string): string {
  return /^[\w./:=@%+,-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/**
 * The command line holds only what every shell reads the same way: one constant in single quotes, without any of the
 * four characters that fish and csh treat in their own way there (' \ ! and line breaks), and words of Base64.
 * The script's stdin stays free for data.
 */
export function wrapScript(script: string): WrappedScript {
  if (Buffer.byteLength(script) > LONGEST_SCRIPT) throw new Error('the script is too long');
  const id = randomBytes(12).toString('hex');
  const begin = `koubou-begin-${id}`;
  const end = `koubou-end-${id}`;
  const whole = [
    `printf '%s\\n' ${begin}; printf '%s\\n' ${begin} >&2`,
    `(\n${script}\n)`,
    `koubou_code=$?; printf '\\n%s %s\\n' ${end} "$koubou_code"; printf '\\n%s\\n' ${end} >&2`,
    'exit "$koubou_code"',
  ].join('\n');
  const words =
    Buffer.from(whole)
      .toString('base64')
      .match(new RegExp(`.{1,${WORD}}`, 'g')) ?? [];
  return {
    ...{ commandLine: `exec sh -c '${DECODE}' ${words.join(' ')}`, begin, end },
    shell: 'a POSIX shell',
    advice: 'Give the user a login shell, with sh and base64 on its PATH.',
  };
}

/** `$0` is the first word. openssl: for hosts whose base64 does not know -d. */
const DECODE =
  'd=$(printf %s "$0" "$@"|base64 -d 2>/dev/null||printf %s "$0" "$@"|openssl base64 -d -A)&&eval "$d"';
