/**
 * Runs on the coordinator's PC of the test hosts and listens on a unix socket, which needs no network: whoever connects
 * writes a line "ADDRESS PORT" and is connected there. A refused connection is closed at once.
 * `node switchboard.ts SOCKET`; says "ready".
 */
import net from 'node:net';

const [socket = ''] = process.argv.slice(2);

net.createServer(greet).listen(socket, () => console.log('ready'));

function greet(client: net.Socket): void {
  let head = Buffer.alloc(0);
  const listen = (data: Buffer): void => {
    head = Buffer.concat([head, data]);
    const end = head.indexOf('\n');
    if (end < 0) return;
    client.off('data', listen).pause();
    const [host = '', port = ''] = head.toString('latin1', 0, end).split(' ');
    connect(client, host, Number(port), head.subarray(end + 1));
  };
  client.on('data', listen).on('error', () => client.destroy());
}

function connect(client: net.Socket, host: string, port: number, first: Buffer): void {
  const target = net.connect({ host, port, noDelay: true });
  if (first.length > 0) target.write(first);
  client.pipe(target).pipe(client);
  target.on('error', () => client.destroy()).on('close', () => client.destroy());
  client.on('close', () => target.destroy());
}
