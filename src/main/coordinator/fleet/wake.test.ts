import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { sendMagicPacket } from './wake.ts';

it('sends the magic packet of a hardware address', async () => {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const heard = once(socket, 'message');
  await sendMagicPacket('00:1b:44:11:3a:b7', { host: '127.0.0.1', port: socket.address().port });
  const [packet] = (await heard) as [Buffer];
  socket.close();
  expect(packet.toString('hex')).toBe('f'.repeat(12) + '001b44113ab7'.repeat(16));
});
