/** Carries a connection over signed-in ssh2 clients, the last of which is at the host itself. */
import net from 'node:net';
import type { Client, ClientChannel, TcpConnectionDetails } from 'ssh2';
import { SshError } from './errors.ts';
import { sendOver } from './sftp.ts';
import type { Forward, RemoteProcess, Transport } from './transport.ts';

/** Takes the clients over: they end with the transport, the last one first. */
export function transportOver(clients: readonly Client[], host: string): Transport {
  const client = clients.at(-1);
  if (client === undefined) throw new Error('a transport without a client');
  const over = Promise.withResolvers<SshError | null>();
  let isClosing = false;
  let why = 'the host hung up';
  const closed = Promise.all(
    clients.map((one) => {
      one.on('error', (error: Error) => (why = error.message));
      return new Promise<void>((resolve) => one.once('close', () => resolve()));
    }),
  );
  const end = (): void => {
    for (const one of clients.toReversed()) one.end();
  };
  client.once('close', () => {
    over.resolve(isClosing ? null : lost(host, why));
    end();
  });
  return {
    via: 'ssh2',
    host,
    ended: over.promise,
    start: (commandLine) => start(client, commandLine, host),
    send: (source, remotePath, how) => sendOver(client, { host, source, remotePath, ...how }),
    forward: (port, to) => forward(client, port, to, host),
    async close() {
      isClosing = true;
      end();
      // A jump host that is gone never says that it closed.
      for (const one of clients) one.destroy();
      await closed;
    },
  };
}

function start(client: Client, commandLine: string, host: string): Promise<RemoteProcess> {
  return new Promise((resolve, reject) => {
    let isOver = false;
    const onClose = (): void => void (isOver = true);
    client.once('close', onClose);
    try {
      client.exec(commandLine, (error, channel) => {
        client.off('close', onClose);
        if (!error) resolve(processOf(channel));
        // ssh2 tells of a refusal and of a lost connection in the same words.
        else reject(isOver ? lost(host, 'the host hung up') : refused(host, error));
      });
    } catch {
      client.off('close', onClose);
      // ssh2 throws when the connection is over.
      reject(lost(host, 'it is closed'));
    }
  });
}

function processOf(channel: ClientChannel): RemoteProcess {
  let ended = { code: null as number | null, signal: null as string | null };
  channel.on('exit', (code: number | null, signal?: string) => {
    ended = { code, signal: signal ?? null };
  });
  // Shown by the missing end mark of what ran there.
  channel.on('error', () => undefined);
  channel.stderr.on('error', () => undefined);
  const closed = new Promise<typeof ended>((resolve) => {
    channel.once('close', () => resolve(ended));
  });
  return {
    stdin: channel,
    stdout: channel,
    stderr: channel.stderr,
    ended: closed,
    kill: () => channel.close(),
  };
}

async function forward(
  client: Client,
  wanted: number,
  to: { readonly host: string; readonly port: number },
  host: string,
): Promise<Forward> {
  const port = await new Promise<number>((resolve, reject) => {
    try {
      client.forwardIn('127.0.0.1', wanted, (error, bound) => {
        if (error) reject(noForward(host, wanted));
        else resolve(wanted === 0 ? bound : wanted);
      });
    } catch {
      reject(lost(host, 'it is closed'));
    }
  });
  const sockets = new Set<net.Socket>();
  const onConnection = (
    details: TcpConnectionDetails,
    accept: () => ClientChannel,
    deny: () => void,
  ): void => {
    if (details.destPort !== port) return;
    const socket = net.connect({ ...to, noDelay: true });
    sockets.add(socket);
    socket.once('error', deny);
    socket.once('close', () => sockets.delete(socket));
    socket.once('connect', () => {
      socket.off('error', deny);
      join(socket, accept());
    });
  };
  client.on('tcp connection', onConnection);
  return {
    port,
    async close() {
      client.off('tcp connection', onConnection);
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => {
        try {
          client.unforwardIn('127.0.0.1', port, () => resolve());
        } catch {
          // The connection is over, and the port with it.
          resolve();
        }
      });
    },
  };
}

/** Each end brings the other down. */
function join(socket: net.Socket, channel: ClientChannel): void {
  socket.on('error', () => channel.destroy());
  channel.on('error', () => socket.destroy());
  channel.on('close', () => socket.destroy());
  socket.on('close', () => channel.close());
  socket.pipe(channel);
  channel.pipe(socket);
}

function lost(host: string, why: string): SshError {
  const message = `The connection to ${host} was lost (${why}). Try again.`;
  return new SshError({ code: 'lost', host, message });
}

function refused(host: string, error: Error): SshError {
  const message = `${host} does not run commands for this user (${error.message}). Check ForceCommand, MaxSessions and the login shell.`;
  return new SshError({ code: 'command_refused', host, message, cause: error });
}

function noForward(host: string, port: number): SshError {
  const what = port === 0 ? 'a port' : `port ${port}`;
  const message = `${host} does not open ${what} for a reverse tunnel. ${port === 0 ? 'Set AllowTcpForwarding to yes in its sshd_config, or let the host reach this computer itself.' : 'Another program or an earlier connection may hold it.'}`;
  return new SshError({ code: 'forward_refused', host, message });
}
