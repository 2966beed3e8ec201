/** How an App shows who it is: a token of its own that it signs with its key, good for minutes. */
import { createPrivateKey, createSign, type KeyObject } from 'node:crypto';
import { fail, ok, type Result } from '../../../../../shared/result.ts';

/** GitHub takes ten minutes; clocks differ. */
const GOOD_FOR_S = 540;
const BACKDATED_S = 60;

/** The App's key from its PEM; the error is a sentence. */
export function appKey(pem: string): Result<KeyObject, string> {
  const wrong =
    'the private key of the App is not a PEM file with an RSA key. Take the .pem that GitHub gave when the key was made';
  try {
    const key = createPrivateKey(pem);
    return key.asymmetricKeyType === 'rsa' ? ok(key) : fail(wrong);
  } catch {
    return fail(wrong); // OpenSSL's words help nobody.
  }
}

/** @param now epoch ms */
export function appToken(appId: string, key: KeyObject, now: number): string {
  const seconds = Math.floor(now / 1_000);
  const claims = { iat: seconds - BACKDATED_S, exp: seconds + GOOD_FOR_S, iss: appId };
  const text = [{ alg: 'RS256', typ: 'JWT' }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  return `${text}.${createSign('RSA-SHA256').update(text).sign(key, 'base64url')}`;
}
