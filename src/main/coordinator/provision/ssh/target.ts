/** Reads what a person writes for a host: `user@host:port`, `ssh://…` or a name from their ssh config. No I/O. */
import { SshError } from './errors.ts';

export interface Target {
  /** A host name, an address, or an alias of the ssh config. */
  readonly name: string;
  readonly user: string | null;
  readonly port: number | null;
}

/** What OpenSSH refuses as well: such names would be read as options, or by a shell of a ProxyCommand. */
const BAD_NAME = /^-|[\s'"`$\\;&<>|(){}*?!,\p{Cc}]/u;
const BAD_USER = /^-|[\s'"`;&<>|(){}\p{Cc}]|\\$/u;

/** @throws SshError `target_invalid` that says which part is wrong */
export function parseTarget(text: string): Target {
  const trimmed = text.trim();
  const bare = /^ssh:\/\//i.test(trimmed) ? trimmed.slice(6).replace(/\/$/, '') : trimmed;
  const at = bare.lastIndexOf('@');
  const user = at === -1 ? null : bare.slice(0, at);
  if (user !== null && (user === '' || BAD_USER.test(user)))
    throw invalid(text, 'the user name before the @ is not one');
  if (user?.includes(':') === true && bare !== trimmed)
    throw invalid(text, 'leave the password out: it is asked for when it is needed');
  const { name, port } = splitPort(text, bare.slice(at + 1));
  if (name === '' || BAD_NAME.test(name) || name.includes('/'))
    throw invalid(text, 'the host name is missing or has a character that no host name has');
  return { name, user, port };
}

/** `host:port`, with brackets around an IPv6 address. */
export function addressOf({
  host,
  port,
}: {
  readonly host: string;
  readonly port: number;
}): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

function splitPort(text: string, rest: string): { name: string; port: number | null } {
  const bracketed = /^\[([^\]]*)\](?::(.*))?$/.exec(rest);
  if (bracketed) return { name: bracketed[1] ?? '', port: readPort(text, bracketed[2]) };
  const colon = rest.indexOf(':');
  // More than one colon without brackets is an IPv6 address.
  if (colon === -1 || colon !== rest.lastIndexOf(':')) return { name: rest, port: null };
  return { name: rest.slice(0, colon), port: readPort(text, rest.slice(colon + 1)) };
}

function readPort(text: string, port: string | undefined): number | null {
  if (port === undefined) return null;
  const number = /^\d{1,5}$/.test(port) ? Number(port) : 0;
  if (number < 1 || number > 65_535) throw invalid(text, 'the port is a number from 1 to 65535');
  return number;
}

function invalid(text: string, why: string): SshError {
  const shown = JSON.stringify(text.slice(0, 100));
  const message = `${shown} does not name a host: ${why}. Write user@host, user@host:port, or a name from your ssh config.`;
  return new SshError({ code: 'target_invalid', host: '', message });
}
