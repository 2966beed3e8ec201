/**
 * A simulated Windows host: SSH and SFTP for real, by ssh2's server, and behind them `windows-shell.ts`, written by hand from
 * Microsoft's documentation, with a folder of this PC for drive C. Tests that use it say so in their names.
 */
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import ssh2, { type Connection, type Session, type SFTPWrapper } from 'ssh2';
import { newHostKey, portOf } from '../ssh/testing/fake-server.ts';
import { answer, LOCAL, onDrive, type WindowsShellOptions } from './windows-shell.ts';

export interface WindowsHost {
  readonly port: number;
  /** The folder of this PC that is its `%LOCALAPPDATA%`. */
  readonly local: string;
  /** Every command line that arrived. */
  commands(): readonly string[];
  /** Breaks the connection once, when so many bytes came by SFTP. */
  cutAfter(bytes: number): void;
  /** From now on there is no PowerShell. */
  forgetPowerShell(): void;
  close(): Promise<void>;
}

/** @param options.password of its one user */
export async function startWindowsHost(
  options: WindowsShellOptions & { readonly password: string },
): Promise<WindowsHost> {
  const open = new Set<Connection>();
  const commands: string[] = [];
  let shell: WindowsShellOptions = options;
  let room = Number.POSITIVE_INFINITY;
  const server = new ssh2.Server({ hostKeys: [newHostKey()] }, (client) => {
    open.add(client);
    client.on('close', () => open.delete(client)).on('error', () => undefined);
    client.on('authentication', (context) => {
      if (context.method === 'password' && context.password === options.password) context.accept();
      else context.reject(['password']);
    });
    client.on('session', (accept) => {
      const session = accept();
      serveCommands(session, () => shell, commands);
      session.on('sftp', (start) => {
        let isCut = false;
        serveFiles(start(), options, (bytes) => {
          room -= bytes;
          if (room > 0 || isCut) return !isCut;
          // What is on its way already does not arrive either.
          isCut = true;
          room = Number.POSITIVE_INFINITY;
          client.end();
          return false;
        });
      });
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const local = onDrive(LOCAL, options);
  fs.mkdirSync(local, { recursive: true });
  return {
    ...{ port: portOf(server), local },
    commands: () => commands,
    cutAfter: (bytes) => void (room = bytes),
    forgetPowerShell: () => void (shell = { ...options, hasPowerShell: false }),
    async close() {
      for (const client of open) client.end();
      server.close();
      await once(server, 'close');
    },
  };
}

function serveCommands(
  session: Session,
  options: () => WindowsShellOptions,
  commands: string[],
): void {
  session.on('exec', (start, _refuse, { command }) => {
    commands.push(command);
    const channel = start();
    channel.on('error', () => undefined);
    void answer(command, channel, options()).then((code) => {
      channel.exit(code);
      channel.end();
    });
  });
}

const { OPEN_MODE, STATUS_CODE } = ssh2.utils.sftp;

/** As much of SFTP as writing a file takes. @param take whether so many bytes may come in */
function serveFiles(
  sftp: SFTPWrapper,
  options: WindowsShellOptions,
  take: (bytes: number) => boolean,
): void {
  const files = new Map<number, number>();
  let next = 1;
  sftp.on('OPEN', (id, name, flags) => {
    try {
      const file = onDrive(name, options);
      const isNew = (flags & OPEN_MODE.TRUNC) !== 0;
      files.set(next, fs.openSync(file, isNew ? 'w' : 'r+'));
      const handle = Buffer.alloc(4);
      handle.writeUInt32BE(next++);
      sftp.handle(id, handle);
    } catch (error) {
      sftp.status(id, STATUS_CODE.FAILURE, error instanceof Error ? error.message : '');
    }
  });
  sftp.on('WRITE', (id, handle, offset, data) => {
    const file = files.get(handle.readUInt32BE());
    if (file === undefined) return sftp.status(id, STATUS_CODE.FAILURE);
    if (!take(data.length)) return;
    fs.writeSync(file, data, 0, data.length, offset);
    sftp.status(id, STATUS_CODE.OK);
  });
  sftp.on('CLOSE', (id, handle) => {
    const file = files.get(handle.readUInt32BE());
    if (file !== undefined) fs.closeSync(file);
    files.delete(handle.readUInt32BE());
    sftp.status(id, STATUS_CODE.OK);
  });
  sftp.on('close', () => {
    for (const file of files.values()) fs.closeSync(file);
    files.clear();
  });
}

/** All files below a folder, by their path from there. */
export function filesBelow(folder: string): string[] {
  const entries = fs.readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .toSorted();
}
