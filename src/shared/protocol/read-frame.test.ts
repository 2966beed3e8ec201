/** What is read of ends one protocol version apart. */
import { expect, test } from 'vitest';
import { FromAgent, ToAgent } from './agent.ts';
import { readFrame } from './read-frame.ts';

const CAPABILITIES = {
  os: 'linux',
  arch: 'x64',
  hostname: 'pc',
  cpus: 4,
  memoryBytes: 8e9,
  diskFreeBytes: 1e11,
  tools: [{ name: 'git', version: '2', path: '/usr/bin/git' }],
  engines: [],
  specialties: [],
  labels: [],
};
const HELLO = {
  type: 'hello',
  protocol: 3,
  agentId: 'atelier',
  name: 'Atelier',
  version: '9',
  slots: 2,
  capabilities: CAPABILITIES,
  repos: [],
  holding: [],
};

test('what a newer end has learned is dropped, however deep it lies', () => {
  const tools = [{ ...CAPABILITIES.tools[0], licence: 'GPL' }];
  const newer = { ...HELLO, mood: 'fine', capabilities: { ...CAPABILITIES, gpus: 2, tools } };
  expect(readFrame(FromAgent, newer, true)).toEqual({
    kind: 'frame',
    frame: { ...HELLO, build: '', trial: null },
  });
});

test('a frame that only a newer end has is passed over', () => {
  const frame = { type: 'dream', of: 'sheep' };
  expect(readFrame(ToAgent, frame, true)).toEqual({ kind: 'unknown', type: 'dream' });
  expect(readFrame(ToAgent, frame, false)).toMatchObject({ kind: 'bad' });
});

test.each([
  ['a field of the wrong kind', { ...HELLO, slots: 'many' }],
  ['no type', { protocol: 3 }],
  ['no object', ['hello']],
])('%s is a mistake, of a newer end too', (_, frame) => {
  expect(readFrame(FromAgent, frame, true)).toMatchObject({ kind: 'bad' });
});

test('an end as old as ours has no fields that we do not know', () => {
  const frame = { ...HELLO, capabilities: { ...CAPABILITIES, gpus: 2 } };
  const read = readFrame(FromAgent, frame, false);
  expect(read.kind).toBe('bad');
  expect(read).toHaveProperty('why', expect.stringContaining('capabilities'));
});

test('the version before ours said less in its hello', () => {
  const read = readFrame(FromAgent, { ...HELLO, protocol: 1 }, false);
  expect(read).toMatchObject({ kind: 'frame', frame: { build: '', trial: null } });
});
