/** What is typed to sign in, and the order that becomes of it. Pure. */
import type { SignIn } from '../../../shared/contract-github.ts';

export const WAYS = ['token', 'device', 'app', 'gh'] as const;
export type Way = (typeof WAYS)[number];

export interface Typed {
  readonly way: Way;
  /** Empty: where the settings say. */
  readonly host: string;
  readonly token: string;
  readonly appId: string;
  readonly privateKey: string;
  readonly installation: string;
}

export const NOTHING_TYPED: Typed = {
  way: 'token',
  ...{ host: '', token: '', appId: '', privateKey: '', installation: '' },
};

/** `null` while something is still to be typed. */
export function orderOf({ way, ...typed }: Typed): SignIn | null {
  const host = typed.host.trim() === '' ? {} : { host: typed.host.trim() };
  if (way === 'gh' || way === 'device') return { with: way, ...host };
  if (way === 'token') {
    const token = typed.token.trim();
    return token === '' ? null : { with: 'token', ...host, token };
  }
  const appId = typed.appId.trim();
  const { privateKey } = typed;
  const installation = typed.installation.trim();
  if (appId === '' || privateKey.trim() === '' || !/^(?:[1-9]\d{0,14})?$/.test(installation))
    return null;
  const only = installation === '' ? {} : { installationId: Number(installation) };
  return { with: 'app', ...host, appId, privateKey, ...only };
}

/** Where a token is made; on an Enterprise server below its own address. */
export function tokenPage(host: string, usualHost: string): string {
  const given = (host.trim() || usualHost.trim() || 'github.com').replace(/\/+$/, '');
  const base = /^https?:\/\//i.test(given) ? given : `https://${given}`;
  return `${base}/settings/personal-access-tokens/new`;
}
