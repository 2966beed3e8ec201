/**
 * Brings a Windows PowerShell script past whatever shell sshd starts on Windows: cmd.exe, powershell.exe, or Git's bash. Pure: text
 * in, a command line and the marks of its output out.
 *
 * The script is the argument of -EncodedCommand, letters and digits only, so that no shell reads anything in it. Nothing goes
 * through standard input: where powershell.exe is sshd's shell, it would read it itself, away from what it started. Whatever is
 * longer than a command line goes into a file, by SFTP.
 */
import { randomBytes } from 'node:crypto';
import type { WrappedScript } from './quote.ts';

/** What cmd.exe takes as one line, of which sshd needs some for itself. */
const LONGEST_LINE = 8_191 - 100;

/**
 * A script writes with `$out.Write` and `$err.Write`, whose encoding is UTF-8 whatever the code page is, ends its lines with `$n`, and
 * leaves its exit code in `$code`. An exception ends it with code 1 and its message on stderr.
 * @throws Error when the script is too long
 */
export function wrapPowerShell(script: string): WrappedScript {
  const id = randomBytes(12).toString('hex');
  const begin = `koubou-begin-${id}`;
  const end = `koubou-end-${id}`;
  const whole = [
    `$ProgressPreference='SilentlyContinue';$ErrorActionPreference='Stop';$code=0;$n=[string][char]10`,
    `$utf=New-Object Text.UTF8Encoding $false`,
    `$out=New-Object IO.StreamWriter([Console]::OpenStandardOutput(),$utf);$out.AutoFlush=$true`,
    `$err=New-Object IO.StreamWriter([Console]::OpenStandardError(),$utf);$err.AutoFlush=$true`,
    `$out.Write($n+'${begin}'+$n);$err.Write($n+'${begin}'+$n)`,
    // A block of its own, so that a script may return; its variables are ours.
    `try{. {`,
    script,
    `}}catch{$code=1;$err.Write("$_"+$n)}`,
    `$out.Write($n+'${end} '+$code+$n);$err.Write($n+'${end}'+$n)`,
    `exit $code`,
  ].join('\n');
  const commandLine = `${POWERSHELL} ${Buffer.from(whole, 'utf16le').toString('base64')}`;
  if (commandLine.length > LONGEST_LINE)
    throw new Error(`the script for PowerShell is too long: ${script.length} characters`);
  return {
    ...{ commandLine, begin, end, shell: 'PowerShell' },
    advice: 'Let sshd start cmd.exe or powershell.exe for this user, with powershell on its PATH.',
  };
}

/**
 * Without `-InputFormat None` it would wait for the end of its input; with the text format errors come as text even when another
 * PowerShell started it.
 */
const POWERSHELL =
  'powershell -NoProfile -NonInteractive -InputFormat None -OutputFormat Text -ExecutionPolicy Bypass -EncodedCommand';

/** One string for PowerShell, which takes typographic quotes for quotes. */
export function powerShellText(text: string): string {
  return `'${text.replaceAll(/['‘’‚‛]/g, '$&$&')}'`;
}
