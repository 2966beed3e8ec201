/** GitHub Apps: their own sign-in by a signed JSON web token, and tokens for their installations. */
import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { refusal } from '../answer.ts';
import { type Caller } from '../context.ts';
import { userNamed, type World } from '../world.ts';
import { ALL_RIGHTS, type App, type Installation, type Permissions } from './model.ts';

export interface NewApp {
  name?: string;
  permissions?: Permissions;
  events?: string[];
}

/** The App, and the private key that GitHub shows once. */
export function createApp(world: World, given: NewApp): { app: App; privateKey: string } {
  const keys = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });
  const id = world.nextId();
  const name = given.name ?? 'Koubou';
  const slug = name.toLowerCase().replaceAll(/[^a-z0-9]+/gu, '-');
  const app: App = {
    id,
    clientId: `Iv23li${String(id).padStart(14, '0')}`,
    slug,
    name,
    owner: userNamed(world, 'app-owner'),
    bot: userNamed(world, `${slug}[bot]`, 'Bot'),
    publicKey: createPublicKey(keys.publicKey),
    permissions: given.permissions ?? ALL_RIGHTS,
    events: given.events ?? ['issues', 'issue_comment', 'pull_request', 'push'],
    installations: [],
    createdAt: world.now(),
  };
  world.apps.push(app);
  return { app, privateKey: keys.privateKey };
}

/** `repos`: ids; null for all repositories of the account. */
export function installApp(
  world: World,
  app: App,
  account: string,
  repos: Set<number> | null,
): Installation {
  const installation = {
    id: world.nextId(),
    app,
    account: userNamed(world, account, 'Organization'),
    repos,
    isSuspended: false,
    createdAt: world.now(),
  };
  app.installations.push(installation);
  return installation;
}

/** What the head and the body of a JSON web token may hold. */
interface Claims {
  alg?: string;
  iat?: number;
  exp?: number;
  iss?: string | number;
}

/** GitHub allows ten minutes from now, and clocks that are a minute ahead. */
const LONGEST = 10 * 60;

/** The App whose key signed the token. Throws GitHub's own 401s. */
export function callerOfJwt(world: World, token: string): Caller {
  const [head = '', body = '', signature = ''] = token.split('.');
  const claims = decoded(body);
  const app = world.apps.find((one) =>
    [String(one.id), one.clientId].includes(String(claims?.iss)),
  );
  if (!claims || !app || decoded(head)?.alg !== 'RS256') {
    throw refusal(401, 'A JSON web token could not be decoded');
  }
  const signed = Buffer.from(`${head}.${body}`);
  if (!verify('RSA-SHA256', signed, app.publicKey, Buffer.from(signature, 'base64url'))) {
    throw refusal(401, 'A JSON web token could not be decoded');
  }
  const now = Math.floor(world.now() / 1000);
  const { iat = Number.NaN, exp = Number.NaN } = claims;
  if (!(exp > now)) {
    throw refusal(
      401,
      "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires",
    );
  }
  if (exp > now + LONGEST + 60) {
    throw refusal(401, "'Expiration time' claim ('exp') is too far in the future");
  }
  if (!(iat <= now + 60)) {
    throw refusal(
      401,
      "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued",
    );
  }
  return { kind: 'app', app, user: app.bot };
}

function decoded(part: string): Claims | undefined {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString()) as Claims;
  } catch {
    // Not a token of ours: told as such by the caller.
    return undefined;
  }
}
