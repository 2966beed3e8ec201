import { pino } from 'pino';
import { expect, test } from 'vitest';
import { setClock } from '../fleet/identity/testing.ts';
import type { OwnAddresses } from './addresses.ts';
import { createServerCertificate } from './server-certificate.ts';

/** An authority that writes down what it is asked for, and a PC whose addresses the test changes. */
async function open(...addresses: string[]) {
  const clock = setClock();
  const asked: string[][] = [];
  const shown: unknown[] = [];
  const pc: { now: string[]; refuses: boolean } = { now: addresses, refuses: false };
  const certificate = await createServerCertificate(
    {
      pem: '',
      serve: async (at) => {
        if (pc.refuses) throw new Error('no');
        asked.push([...at.addresses]);
        return { key: '', certificate: at.addresses.join() };
      },
    },
    {
      ...{ host: '0.0.0.0', clock, log: pino({ enabled: false }) },
      addresses: (): OwnAddresses => ({ lan: [], all: pc.now, names: ['pc'] }),
    },
  );
  const stop = certificate.watch((context) => shown.push(context.cert));
  /** Lets the look of every 15 s come. */
  const look = async (): Promise<void> => {
    clock.advance(15_000);
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { pc, asked, shown, certificate, look, stop, clock };
}

test('a new address is in the next certificate, and one that is gone stays in it', async () => {
  const { pc, asked, shown, look, stop } = await open('10.0.0.1');
  await look();
  expect(asked).toEqual([['10.0.0.1']]);
  pc.now = ['192.168.1.5'];
  await look();
  expect(shown).toEqual(['10.0.0.1,192.168.1.5']);
  pc.now = ['10.0.0.1'];
  await look();
  expect(asked).toHaveLength(2);
  stop();
  pc.now = ['10.0.0.9'];
  await look();
  expect(asked).toHaveLength(2);
});

test('whoever comes by an address that nobody saw yet has it made at once', async () => {
  const { asked, shown, certificate, look } = await open('10.0.0.1');
  certificate.reachedAt('::ffff:10.0.0.1');
  certificate.reachedAt('fe80::1');
  certificate.reachedAt(undefined);
  expect(asked).toHaveLength(1);
  certificate.reachedAt('::ffff:10.77.0.1');
  certificate.reachedAt('10.77.0.1');
  await new Promise((resolve) => setImmediate(resolve));
  expect(shown).toEqual(['10.0.0.1,10.77.0.1']);
  await look();
  expect(asked).toHaveLength(2);
});

test('what could not be made is tried again', async () => {
  const { pc, shown, look } = await open('10.0.0.1');
  Object.assign(pc, { now: ['10.0.0.2'], refuses: true });
  await look();
  expect(shown).toEqual([]);
  pc.refuses = false;
  await look();
  expect(shown).toEqual(['10.0.0.1,10.0.0.2']);
});

test('of many networks the newest are in it', async () => {
  const { pc, asked, look } = await open('10.0.0.1');
  for (let n = 2; n <= 100; n++) {
    pc.now = [`10.0.0.${n}`];
    await look();
  }
  expect(asked.at(-1)).toHaveLength(64);
  expect(asked.at(-1)).toContain('10.0.0.100');
  expect(asked.at(-1)).not.toContain('10.0.0.1');
});

test('it is made anew in time', async () => {
  const { shown, look, clock } = await open('10.0.0.1');
  clock.advance(31 * 24 * 3_600_000);
  await look();
  expect(shown.length).toBeGreaterThan(0);
});
