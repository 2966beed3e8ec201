/** The door for signing in by device flow: a code for the program, another one for the person, and patience. */
import { randomBytes, randomInt } from 'node:crypto';
import { type Answer } from '../answer.ts';
import { type User } from '../model.ts';
import { type DeviceCode } from '../sign-in/model.ts';
import { makeToken } from '../sign-in/tokens.ts';
import { type World } from '../world.ts';

/** As GitHub says them; seconds. */
const LIFE = 900;
const INTERVAL = 5;
const GRANT = 'urn:ietf:params:oauth:grant-type:device_code';

/** Undefined: no address of the sign-in. */
export function signInAnswer(world: World, path: string, body: unknown): Answer | undefined {
  const given = (body ?? {}) as Record<string, string | undefined>;
  if (path === '/login/device/code') return begin(world, given);
  if (path === '/login/oauth/access_token') return ask(world, given);
  return undefined;
}

/** What the person does at the page with the code: `user` null refuses. */
export function answerDeviceCode(world: World, userCode: string, user: User | null): void {
  const code = [...world.deviceCodes.values()].find((one) => one.userCode === userCode);
  if (!code) throw new Error(`The stand-in gave out no code ${userCode}.`);
  code.answer = user ? { state: 'granted', user } : { state: 'denied' };
}

function begin(world: World, given: Record<string, string | undefined>): Answer {
  const { client_id: clientId, scope = '' } = given;
  if (clientId === undefined) return { status: 404, body: { error: 'Not Found' } };
  const letters = 'BCDFGHJKLMNPQRSTVWXZ';
  const four = () => Array.from({ length: 4 }, () => letters[randomInt(letters.length)]).join('');
  const userCode = `${four()}-${four()}`;
  const code: DeviceCode = {
    clientId,
    userCode,
    scopes: scope.split(/[\s,]+/u).filter(Boolean),
    expiresAt: world.now() + LIFE * 1000,
    interval: INTERVAL,
    askedAt: null,
    answer: { state: 'waiting' },
  };
  const device = randomBytes(20).toString('hex');
  world.deviceCodes.set(device, code);
  const verification_uri = `${world.at.web}/login/device`;
  const body = { device_code: device, user_code: userCode, verification_uri };
  return { status: 200, body: { ...body, expires_in: LIFE, interval: INTERVAL } };
}

function ask(world: World, given: Record<string, string | undefined>): Answer {
  const device = given['device_code'] ?? '';
  const code = world.deviceCodes.get(device);
  if (given['grant_type'] !== GRANT)
    return failed('unsupported_grant_type', 'The grant type is not supported.');
  if (!code) return failed('incorrect_device_code', 'The device_code provided is not valid.');
  if (code.clientId !== given['client_id']) {
    return failed(
      'incorrect_client_credentials',
      'The client_id and/or client_secret passed are incorrect.',
    );
  }
  if (code.expiresAt <= world.now()) {
    return failed('expired_token', 'The `device_code` has expired.');
  }
  const isTooSoon = code.askedAt !== null && world.now() - code.askedAt < code.interval * 1000;
  code.askedAt = world.now();
  if (isTooSoon) {
    code.interval += 5;
    return failed('slow_down', 'Too many requests have been made in the same timeframe.', {
      interval: code.interval,
    });
  }
  if (code.answer.state === 'waiting') {
    return failed('authorization_pending', 'The authorization request is still pending.');
  }
  world.deviceCodes.delete(device);
  if (code.answer.state === 'denied')
    return failed('access_denied', 'The authorization request was denied.');
  return granted(world, code, code.answer.user);
}

function granted(world: World, code: DeviceCode, user: User): Answer {
  const app = world.apps.find((one) => one.clientId === code.clientId);
  const token = makeToken(world, user, {
    prefix: app ? 'ghu' : 'gho',
    may: app
      ? { kind: 'permissions', permissions: app.permissions, repos: null }
      : { kind: 'scopes', scopes: code.scopes },
  });
  const scope = app ? '' : code.scopes.join(',');
  return { status: 200, body: { access_token: token.value, token_type: 'bearer', scope } };
}

/** GitHub answers refusals of the sign-in with 200. */
function failed(error: string, description: string, more: object = {}): Answer {
  const error_uri = 'https://docs.github.com/developers/apps/authorizing-oauth-apps';
  return { status: 200, body: { error, error_description: description, error_uri, ...more } };
}
