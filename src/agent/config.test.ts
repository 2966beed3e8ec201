import { expect, test } from 'vitest';
import { AgentConfig } from './config.ts';

const COMMON = { agentId: 'atelier', name: 'Atelier', slots: 1, dir: '/srv/atelier', local: false };
const HTTP = { coordinator: 'http://127.0.0.1:8080' };
const HTTPS = { coordinator: 'https://192.168.1.5:8443' };
const TOKEN = { token: 'x' };
const IDENTITY = { identity: '/srv/identity' };

test.each([
  ['a token over http', { ...HTTP, ...TOKEN }, true],
  ['an identity over https', { ...HTTPS, ...IDENTITY }, true],
  ['an identity over http', { ...HTTP, ...IDENTITY }, false],
  ['a token over https', { ...HTTPS, ...TOKEN }, false],
  ['both', { ...HTTPS, ...TOKEN, ...IDENTITY }, false],
  ['neither', HTTP, false],
  ['an identity that is no absolute path', { ...HTTPS, identity: 'identity' }, false],
])('%s', (_, given, isGood) => {
  expect(AgentConfig.safeParse({ ...COMMON, ...given }).success).toBe(isGood);
});
