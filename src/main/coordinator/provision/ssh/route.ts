/**
 * The way to a host: every hop with what the person's ssh config says about it. The config is read by the system's
 * `ssh -G`, which follows Include, Match and ProxyJump as the person is used to; without an `ssh` program the
 * defaults of OpenSSH hold.
 */
import { access } from 'node:fs/promises';
import path from 'node:path';
import { SshError } from './errors.ts';
import { addressOf, parseTarget, type Target } from './target.ts';

export interface Hop {
  /** As the person or their config calls it. */
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** HostKeyAlias: the key is looked up under this name alone. */
  readonly hostKeyAlias: string | null;
  /** Private keys in the order to offer them; some may not exist. */
  readonly identityFiles: readonly string[];
  /** Of the keys in the agent, offer only those that are also among the files. */
  readonly identitiesOnly: boolean;
  /** Socket or pipe of the ssh-agent. */
  readonly agent: string | null;
  /** known_hosts files of the person and of the system; read only. */
  readonly knownHostsFiles: readonly string[];
  readonly methods: {
    readonly publicKey: boolean;
    readonly password: boolean;
    readonly keyboardInteractive: boolean;
  };
  /** Why only the system's `ssh` can go here; `null` when the built-in client can. */
  readonly systemOnly: string | null;
}

export interface Route {
  readonly target: Target;
  /** Jump hosts in order, the target last. Never empty. */
  readonly hops: readonly [Hop, ...Hop[]];
  readonly notes: readonly string[];
}

/** Runs the system's `ssh` with arguments and gives what it printed; `null` when there is no such program. */
export type RunSsh = (
  args: readonly string[],
) => Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string } | null>;

/** What of this computer the defaults depend on. */
export interface Surroundings {
  readonly home: string;
  readonly user: string;
  /** SSH_AUTH_SOCK, or the pipe of the Windows agent. */
  readonly agent: string | null;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface ResolveOptions {
  readonly runSsh: RunSsh;
  readonly surroundings: Surroundings;
}

const MOST_HOPS = 8;

/** @throws SshError `config_invalid` with what ssh said, or when jumps go round in a circle */
export async function resolveTarget(target: Target, options: ResolveOptions): Promise<Route> {
  const first = await configOf(target, options);
  if (first === null) {
    const notes = ['No ssh program was found here, so ~/.ssh/config was not read.'];
    return { target, hops: [defaultHop(target, options.surroundings)], notes };
  }
  const hops = await hopsTo(target, first, options, MOST_HOPS);
  const [head, ...rest] = hops;
  if (head === undefined) throw new Error('a route without hops');
  return { target, hops: [head, ...rest], notes: [] };
}

type Config = ReadonlyMap<string, readonly string[]>;

/** As OpenSSH: of several jumps the last decides nothing about its own way, and the first goes as its config says. */
async function hopsTo(
  target: Target,
  config: Config,
  options: ResolveOptions,
  left: number,
): Promise<Hop[]> {
  const hop = await hopOf(target, config, options.surroundings);
  const jumps = jumpsOf(config, hop, options.surroundings);
  if (jumps.length >= left) {
    const message = `The jumps of ${target.name} go through more than ${MOST_HOPS} hosts, or in a circle. Correct ProxyJump in your ssh config.`;
    throw new SshError({ code: 'config_invalid', host: addressOf(hop), message });
  }
  const before: Hop[] = [];
  for (const [index, jump] of jumps.entries()) {
    const jumpConfig = await configOf(jump, options);
    if (jumpConfig === null) throw new Error('ssh went away while the config was read');
    if (index === 0) before.push(...(await hopsTo(jump, jumpConfig, options, left - jumps.length)));
    else before.push(await hopOf(jump, jumpConfig, options.surroundings));
  }
  return [...before, hop];
}

async function configOf(target: Target, { runSsh }: ResolveOptions): Promise<Config | null> {
  const args = ['-G'];
  if (target.user !== null) args.push('-l', target.user);
  if (target.port !== null) args.push('-p', String(target.port));
  const answer = await runSsh([...args, '--', target.name]);
  if (answer === null) return null;
  if (answer.code !== 0) {
    const said = answer.stderr.trim().split('\n').slice(0, 3).join('; ').slice(0, 500);
    const message = `Your ssh config cannot be read: ${said}. Correct it; "ssh -G ${target.name}" shows the same.`;
    throw new SshError({ code: 'config_invalid', host: target.name, message });
  }
  return parseConfig(answer.stdout);
}

function parseConfig(text: string): Config {
  const config = new Map<string, string[]>();
  for (const line of text.split(/\r?\n/)) {
    const space = line.indexOf(' ');
    if (space === -1) continue;
    const key = line.slice(0, space).toLowerCase();
    const values = config.get(key);
    if (values) values.push(line.slice(space + 1));
    else config.set(key, [line.slice(space + 1)]);
  }
  return config;
}

async function hopOf(target: Target, config: Config, here: Surroundings): Promise<Hop> {
  const fallback = defaultHop(target, here);
  const base = {
    name: target.name,
    host: one(config, 'hostname') ?? target.name,
    port: Number(one(config, 'port') ?? fallback.port),
    user: one(config, 'user') ?? fallback.user,
  };
  const expand = (text: string): string => expandPath(text, base, here);
  const identityFiles = (config.get('identityfile') ?? []).map(expand);
  return {
    ...base,
    hostKeyAlias: one(config, 'hostkeyalias'),
    identityFiles,
    identitiesOnly: one(config, 'identitiesonly') === 'yes',
    agent: agentOf(config, here, expand),
    knownHostsFiles: ['userknownhostsfile', 'globalknownhostsfile'].flatMap((key) =>
      splitPaths(one(config, key) ?? '').map(expand),
    ),
    methods: {
      publicKey: isOn(config, 'pubkeyauthentication'),
      password: isOn(config, 'passwordauthentication'),
      keyboardInteractive: isOn(config, 'kbdinteractiveauthentication'),
    },
    systemOnly: await systemOnly(config, identityFiles),
  };
}

function defaultHop(target: Target, here: Surroundings): Hop {
  const inSsh = (name: string): string => path.join(here.home, '.ssh', name);
  return {
    name: target.name,
    host: target.name,
    port: target.port ?? 22,
    user: target.user ?? here.user,
    hostKeyAlias: null,
    identityFiles: ['id_ed25519', 'id_ecdsa', 'id_rsa'].map(inSsh),
    identitiesOnly: false,
    agent: here.agent,
    knownHostsFiles: [inSsh('known_hosts'), '/etc/ssh/ssh_known_hosts'],
    methods: { publicKey: true, password: true, keyboardInteractive: true },
    systemOnly: null,
  };
}

async function systemOnly(
  config: Config,
  identityFiles: readonly string[],
): Promise<string | null> {
  if (one(config, 'proxycommand') !== null) return 'its config has a ProxyCommand';
  if (one(config, 'revokedhostkeys') !== null) return 'its config has RevokedHostKeys';
  if (one(config, 'pkcs11provider') !== null) return 'its config has a PKCS11Provider';
  if (config.has('certificatefile')) return 'its config has a CertificateFile';
  for (const file of identityFiles) {
    const certificate = `${file}-cert.pub`;
    if (await exists(certificate)) return `${certificate} is a user certificate`;
  }
  return null;
}

function agentOf(
  config: Config,
  here: Surroundings,
  expand: (text: string) => string,
): string | null {
  const set = config.get('identityagent')?.[0];
  if (set === undefined || set === 'SSH_AUTH_SOCK') return here.agent;
  if (/^none$/i.test(set)) return null;
  const variable = /^\$(\w+)$/.exec(set)?.[1];
  return variable === undefined ? expand(set) : (here.env[variable] ?? null);
}

function jumpsOf(config: Config, hop: Hop, here: Surroundings): Target[] {
  const jumps = one(config, 'proxyjump');
  if (jumps === null) return [];
  return jumps.split(',').map((jump) => parseTarget(expandTokens(jump, hop, here)));
}

type Base = Pick<Hop, 'name' | 'host' | 'port' | 'user'>;

function expandPath(text: string, hop: Base, here: Surroundings): string {
  const inHome = text.replace(/^~(?=[/\\]|$)/, () => here.home);
  const variables = inHome.replace(/\$\{(\w+)\}/g, (all, name: string) => here.env[name] ?? all);
  return expandTokens(variables, hop, here);
}

/** `ssh -G` leaves the tokens of these as they are. */
function expandTokens(text: string, hop: Base, here: Surroundings): string {
  const tokens: Readonly<Record<string, string>> = {
    '%': '%',
    d: here.home,
    h: hop.host,
    n: hop.name,
    p: String(hop.port),
    r: hop.user,
    u: here.user,
  };
  return text.replace(/%(.)/g, (all, token: string) => tokens[token] ?? all);
}

/** Several files stand on one line, unquoted, so that a space inside a name can be told only by what follows it. */
function splitPaths(line: string): string[] {
  return line.split(/ +(?=[/~]|[A-Za-z]:[\\/])/).filter((file) => file !== '');
}

function one(config: Config, key: string): string | null {
  const value = config.get(key)?.[0];
  return value === undefined || value === '' || value === 'none' ? null : value;
}

function isOn(config: Config, key: string): boolean {
  return one(config, key) !== 'no' && one(config, key) !== 'false';
}

async function exists(file: string): Promise<boolean> {
  try {
    await access(file);
    return true;
  } catch {
    // Not there, or not ours to read: then ssh could not use it either.
    return false;
  }
}
