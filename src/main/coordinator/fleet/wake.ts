/** Wakes a machine by its hardware address: the magic packet of Wake-on-LAN, as a broadcast in the local network. */
import { createSocket } from 'node:dgram';

export interface WakePlace {
  readonly host: string;
  readonly port: number;
}

/** Where network cards listen while their machine sleeps; the port does not matter to them. */
const EVERYWHERE: WakePlace = { host: '255.255.255.255', port: 9 };

/** Resolves when it is sent; whether anybody heard it shows when the machine comes. @throws Error when there is no network */
export async function sendMagicPacket(
  hardwareAddress: string,
  { host, port }: WakePlace = EVERYWHERE,
): Promise<void> {
  const socket = createSocket('udp4');
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.bind(0, () => {
        socket.setBroadcast(true);
        socket.send(magicPacket(hardwareAddress), port, host, (error) =>
          error ? reject(error) : resolve(),
        );
      });
    });
  } finally {
    socket.close();
  }
}

/** Six bytes of ones, and sixteen times the address. @param hardwareAddress as `00:1b:44:11:3a:b7` */
function magicPacket(hardwareAddress: string): Buffer {
  const address = Buffer.from(hardwareAddress.replaceAll(':', ''), 'hex');
  return Buffer.concat([Buffer.alloc(6, 0xff), ...Array.from({ length: 16 }, () => address)]);
}
