/** Tokens: made for tests, found again in the Authorization header of a request. */
import { randomBytes } from 'node:crypto';
import { refusal } from '../answer.ts';
import { type Caller } from '../context.ts';
import { type User } from '../model.ts';
import { type World } from '../world.ts';
import { callerOfJwt } from './apps.ts';
import { type Installation, type Token } from './model.ts';

export interface NewToken {
  /** `ghp_` classic, `github_pat_` fine-grained, `gho_` OAuth app, `ghs_` installation. */
  prefix: 'ghp' | 'github_pat' | 'gho' | 'ghu' | 'ghs';
  may: Token['may'];
  installation?: Installation;
  expiresAt?: number;
}

export function makeToken(world: World, user: User, given: NewToken): Token {
  const token: Token = {
    value: `${given.prefix}_${randomBytes(18).toString('hex')}`,
    user,
    isRevoked: false,
    expiresAt: given.expiresAt ?? null,
    may: given.may,
    installation: given.installation ?? null,
  };
  world.tokens.set(token.value, token);
  return token;
}

/** Who an Authorization header says is calling. Throws 401 for a token that is wrong, revoked or expired. */
export function callerOf(world: World, header: string | undefined): Caller {
  if (header === undefined || header === '') return { kind: 'nobody' };
  const [scheme = '', value = ''] = header.split(' ');
  const secret = scheme.toLowerCase() === 'basic' ? passwordOf(value) : value;
  if (/^[\w-]+\.[\w-]+\.[\w-]+$/u.test(secret)) return callerOfJwt(world, secret);
  const token = validToken(world, secret);
  if (!token) throw refusal(401, 'Bad credentials');
  return { kind: 'token', token, user: token.user, installation: token.installation };
}

export function validToken(world: World, value: string): Token | undefined {
  const token = world.tokens.get(value);
  if (!token || token.isRevoked) return undefined;
  if (token.expiresAt !== null && token.expiresAt <= world.now()) return undefined;
  return token.installation?.isSuspended ? undefined : token;
}

/** The password of a Basic header; git sends its token there. */
export function passwordOf(encoded: string): string {
  const text = Buffer.from(encoded, 'base64').toString();
  return text.slice(text.indexOf(':') + 1);
}

/** What GitHub says of the token in every answer. */
export function tokenHeaders(caller: Caller): Record<string, string> {
  if (caller.kind !== 'token') return {};
  const { token } = caller;
  return {
    ...(token.may.kind === 'scopes' && {
      'x-oauth-scopes': token.may.scopes.join(', '),
      'x-accepted-oauth-scopes': '',
    }),
    ...(token.expiresAt !== null && {
      'github-authentication-token-expiration': new Date(token.expiresAt)
        .toISOString()
        .replace('T', ' ')
        .replace(/\.\d+Z$/u, ' UTC'),
    }),
  };
}
