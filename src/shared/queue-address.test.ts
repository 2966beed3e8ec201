import { describe, expect, it } from 'vitest';
import { parseQueueAddress, type QueueAddress } from './queue-address.ts';

const read = (text: string): QueueAddress => {
  const result = parseQueueAddress(text);
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
};

const NOTHING = {
  kind: 'redis',
  how: 'single',
  nodes: [{ host: 'queue', port: 6379 }],
  master: null,
  db: 0,
  user: null,
  password: null,
  passwordFile: null,
  tls: false,
  ca: null,
};

describe('the address of a queue', () => {
  it('is the one inside, or one server with a user, a database and files beside it', () => {
    expect(read('embedded')).toEqual({ kind: 'embedded' });
    expect(read('redis://queue')).toEqual({ ...NOTHING, shown: 'redis://queue:6379' });
    expect(
      read('rediss://koubou@[::1]:7000/3?password-file=/etc/koubou/redis%20key&ca=/etc/ca.pem'),
    ).toEqual({
      ...NOTHING,
      nodes: [{ host: '::1', port: 7000 }],
      db: 3,
      user: 'koubou',
      passwordFile: '/etc/koubou/redis key',
      tls: true,
      ca: '/etc/ca.pem',
      shown: 'rediss://koubou@[::1]:7000/3',
    });
  });

  it('names sentinels with their master, or nodes of a cluster', () => {
    const nodes = [
      { host: 'a', port: 26_379 },
      { host: 'b', port: 1 },
    ];
    expect(read('redis+sentinel://a,b:1/main/2')).toEqual({
      ...NOTHING,
      how: 'sentinel',
      nodes,
      master: 'main',
      db: 2,
      shown: 'redis+sentinel://a:26379,b:1/main/2',
    });
    expect(read('rediss+cluster://a:7000,b')).toMatchObject({
      how: 'cluster',
      tls: true,
      nodes: [
        { host: 'a', port: 7000 },
        { host: 'b', port: 6379 },
      ],
    });
  });

  it('is shown without its password, which may hold any character', () => {
    const address = read('redis://me:p%40ss/w@rd:1@queue');
    expect(address).toMatchObject({ user: 'me', password: 'p@ss/w@rd:1' });
    expect(address).toHaveProperty('shown', 'redis://me@queue:6379');
    expect(read('redis://:secret@queue')).toMatchObject({ user: null, password: 'secret' });
  });

  it.each([
    ['', 'no address'],
    ['http://queue', 'no address'],
    ['redis://', 'nothing is no host'],
    ['redis://queue:0', 'queue:0 is no host'],
    ['redis://queue:99999', 'no host'],
    ['redis://a,b', 'several hosts'],
    ['redis://queue/x', 'number of a database'],
    ['redis+cluster://queue/1', 'no database but 0'],
    ['redis+sentinel://queue', 'call the master'],
    ['redis://queue?ca=/x', 'rediss://'],
    ['rediss://queue?verify=no', 'only password-file'],
    ['redis://:secret@queue?password-file=/x', 'not both'],
    ['redis://%zz@queue', 'cannot be read'],
  ])('says of %j what is wrong', (text, why) => {
    const result = parseQueueAddress(text);
    if (result.ok) throw new Error('it was taken');
    expect(result.error).toMatchObject({ code: 'invalid_input' });
    expect(result.error.message).toContain(why);
    expect(result.error.message).not.toContain('secret');
  });
});
