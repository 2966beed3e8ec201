/**
 * What a simulated Windows answers when sshd there is asked to run something. No PowerShell runs: each of our scripts is known by
 * its first line, and what it means is done here by hand, on a folder of this PC that stands for drive C. Written from
 * Microsoft's documentation, as the scripts are; it shows that the two ends of the talk fit, not that Windows agrees.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { ServerChannel } from 'ssh2';

export interface WindowsShellOptions {
  /** The folder that is `C:\`. */
  readonly drive: string;
  /** What sshd hands commands to. */
  readonly shell: 'cmd' | 'powershell' | 'bash';
  /** More lines of the answer to the probe, without the mark. */
  readonly facts: readonly string[];
  readonly hasPowerShell?: boolean;
}

interface Script {
  readonly name: string;
  readonly text: string;
  readonly settings: Readonly<Record<string, string>>;
}

/** Where the simulated user's programs keep what is theirs. */
export const LOCAL = String.raw`C:\Users\Ada Lovelace\AppData\Local`;

/** Answers one command; resolves with its exit code. */
export async function answer(
  command: string,
  channel: ServerChannel,
  options: WindowsShellOptions,
): Promise<number> {
  const [, encoded] =
    /^powershell (?:-\w+(?: (?!-)\w+)? )*?-EncodedCommand (\S+)$/.exec(command) ?? [];
  if (encoded === undefined || options.hasPowerShell === false)
    return await refuse(command, channel, options);
  if (command.length > 8_191) {
    channel.stderr.write('The command line is too long.\r\n');
    return 1;
  }
  const whole = Buffer.from(encoded, 'base64').toString('utf16le');
  const [, begin = ''] = /\$out\.Write\(\$n\+'(koubou-begin-\w+)'/.exec(whole) ?? [];
  const end = begin.replace('begin', 'end');
  channel.write(`\n${begin}\n`);
  channel.stderr.write(`\n${begin}\n`);
  const code = await run(scriptIn(whole), channel, options).catch((error: unknown) => {
    channel.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  });
  channel.write(`\n${end} ${code}\n`);
  channel.stderr.write(`\n${end}\n`);
  // A PowerShell that is started by another one tells it no more than whether it went well.
  return options.shell === 'powershell' ? Math.min(code, 1) : code;
}

/** No POSIX shell is there, unless it is Git's, which is this PC's under another name. */
async function refuse(
  command: string,
  channel: ServerChannel,
  { shell }: WindowsShellOptions,
): Promise<number> {
  if (shell === 'bash') {
    const child = spawn('sh', ['-c', command]);
    child.stdin.end();
    child.stdout.on('data', (bytes: Buffer) =>
      channel.write(bytes.toString().replaceAll(/ kernel Linux/g, ' kernel MINGW64_NT-10.0-22631')),
    );
    child.stderr.on('data', (bytes: Buffer) => channel.stderr.write(bytes));
    await once(child, 'close');
    return child.exitCode ?? 1;
  }
  channel.stderr.write(
    shell === 'cmd'
      ? "'exec' is not recognized as an internal or external command,\r\noperable program or batch file.\r\n"
      : "exec : The term 'exec' is not recognized as the name of a cmdlet, function, script file, or operable program.\r\n",
  );
  return 1;
}

function scriptIn(whole: string): Script {
  const [, name = '', text = ''] = /\{\n# koubou ([^\n]+)\n([^]*)\n\}\}catch/.exec(whole) ?? [];
  const assigned = [...text.matchAll(/^\$(\w+)='((?:[^']|'')*)'(?:;|$)/gm)];
  return {
    ...{ name, text },
    settings: Object.fromEntries(
      assigned.map(([, key = '', value = '']) => [key, value.replaceAll("''", "'")]),
    ),
  };
}

async function run(
  script: Script,
  channel: ServerChannel,
  options: WindowsShellOptions,
): Promise<number> {
  const setting = (key: string): string => {
    const value = script.settings[key];
    if (value === undefined) throw new Error(`the script ${script.name} has no $${key}`);
    return value;
  };
  const place = (key: string): string => onDrive(setting(key), options);
  const say = (line: string): void => void channel.write(`${setting('mark')} ${line}\n`);
  switch (script.name) {
    case 'probe system':
      for (const line of options.facts) say(line);
      return 0;
    case 'probe places':
      for (const line of placesOf(options)) say(line);
      return 0;
    case 'probe tools':
      say('tool git\tC:\\Program Files\\Git\\cmd\\git.exe\tgit version 2.47.0.windows.2');
      for (const [, name, port] of script.text.matchAll(/'(\S+) (\d+)'/g))
        say(`reach yes\t${name}\t${port}`);
      say('names yes');
      say('end 1');
      return 0;
    case 'prepare':
      channel.write(`${prepare(place('packed'), Number(setting('most')))}\n`);
      return 0;
    case 'finish':
      return finish(place, setting, channel);
    case 'host':
      return await host(place, setting('command'), channel);
    case 'log':
      channel.write('the agent stopped\n');
      return 0;
    default:
      throw new Error(`nobody knows the script ${script.name}`);
  }
}

/** `C:\a\b`, or SFTP's `/C:/a/b`, on this PC. */
export function onDrive(file: string, { drive }: Pick<WindowsShellOptions, 'drive'>): string {
  const [, below] = /^\/?C:[\\/](.*)$/.exec(file) ?? [];
  if (below === undefined) throw new Error(`${file} is not on drive C`);
  return path.join(drive, ...below.split(/[\\/]/));
}

function placesOf(options: WindowsShellOptions): string[] {
  const home = `${LOCAL}\\koubou-agent`;
  const at = onDrive(home, options);
  const lines = [`place 1\tuser\t400000000\t900000000\tyes\tunknown\t${home}`];
  if (!fs.existsSync(at)) return lines;
  lines.push('found 1\tAda Lovelace');
  const versions = path.join(at, 'versions');
  for (const build of fs.existsSync(versions) ? fs.readdirSync(versions) : []) {
    const folder = path.join(versions, build);
    const shown = `${home}\\versions\\${build}`;
    const valid = path.join(folder, 'valid.json');
    if (fs.existsSync(valid)) {
      const { size } = fs.statSync(path.join(folder, 'koubou.exe'));
      lines.push(`valid 1\t${size}\t${fs.readFileSync(valid, 'utf8')}\t${shown}`);
    } else {
      for (const file of fs.readdirSync(folder).filter((name) => name.endsWith('.gz')))
        lines.push(`partial 1\t${fs.statSync(path.join(folder, file)).size}\t${shown}`);
    }
  }
  return lines;
}

function prepare(packed: string, most: number): number {
  fs.mkdirSync(path.dirname(packed), { recursive: true });
  if (!fs.existsSync(packed)) return 0;
  const { size } = fs.statSync(packed);
  if (size <= most) return size;
  fs.rmSync(packed);
  return 0;
}

function finish(
  place: (key: string) => string,
  setting: (key: string) => string,
  channel: ServerChannel,
): number {
  const [packed, version] = [place('packed'), place('version')];
  const bytes = unpack(fs.readFileSync(packed));
  fs.rmSync(packed);
  const found = bytes === null ? 'none' : createHash('sha256').update(bytes).digest('hex');
  if (bytes === null || found !== setting('sha256') || bytes.length !== Number(setting('size'))) {
    channel.stderr.write(`the checksum on the host is ${found}, ${bytes?.length ?? 0} bytes\n`);
    return 65;
  }
  fs.mkdirSync(version, { recursive: true });
  fs.writeFileSync(path.join(version, 'koubou.exe'), bytes);
  fs.writeFileSync(path.join(version, 'valid.json'), setting('valid'));
  fs.rmSync(`${version}.partial`, { recursive: true });
  return 0;
}

function unpack(bytes: Buffer): Buffer | null {
  try {
    return gunzipSync(bytes);
  } catch {
    // Cut short or damaged.
    return null;
  }
}

/** The executable of tests is a script for sh. */
async function host(
  place: (key: string) => string,
  command: string,
  channel: ServerChannel,
): Promise<number> {
  const order = fs.readFileSync(place('order'));
  fs.rmSync(place('order'));
  const child = spawn('sh', [place('exe'), 'agent', 'host', command]);
  child.stdin.on('error', () => undefined);
  child.stdin.end(`\n${order.toString()}\n`);
  child.stdout.on('data', (bytes: Buffer) => channel.write(bytes));
  child.stderr.on('data', (bytes: Buffer) => channel.stderr.write(bytes));
  await once(child, 'close');
  return child.exitCode ?? 1;
}
