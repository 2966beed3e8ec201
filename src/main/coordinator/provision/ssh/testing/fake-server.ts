/** An SSH server that asks for what a test wants; it accepts in the order key, password, rounds of prompts. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import ssh2, { type AuthContext, type Connection, type ServerChannel } from 'ssh2';

export interface FakeServerOptions {
  /** A line of authorized_keys. */
  readonly publicKey?: string;
  readonly password?: string;
  /** Per round, prompts as text, echo and right answer. */
  readonly rounds?: readonly (readonly (readonly [string, boolean, string])[])[];
  /** Private host keys in a format of ssh2. */
  readonly hostKeys?: readonly string[];
  readonly algorithms?: Readonly<Record<string, readonly string[]>>;
}

export interface FakeServer {
  readonly port: number;
  /** Every password that arrived. */
  passwords(): readonly string[];
  /** Sign-in methods that arrived. */
  methods(): readonly string[];
  /** Ends every connection; resolves when they are gone. */
  hangUp(): Promise<void>;
  close(): Promise<void>;
}

export function newHostKey(): string {
  return ssh2.utils.generateKeyPairSync('ed25519').private;
}

export async function startFakeServer(options: FakeServerOptions): Promise<FakeServer> {
  const passwords: string[] = [];
  const methods: string[] = [];
  const open = new Set<Connection>();
  const server = new ssh2.Server(
    { hostKeys: [...(options.hostKeys ?? [newHostKey()])] },
    (client) => {
      open.add(client);
      const wanted = wantedFrom(options);
      client.on('close', () => open.delete(client)).on('error', () => undefined);
      client.on('authentication', (context) => {
        methods.push(context.method);
        if (context.method === 'password') passwords.push(context.password);
        const [next] = wanted;
        if (next === undefined || next.method !== context.method)
          return context.reject(next ? [next.method] : []);
        next.check(context, () => {
          wanted.shift();
          const [more] = wanted;
          if (more === undefined) context.accept();
          else context.reject([more.method], true);
        });
      });
      client.on('session', (accept) => {
        accept().on('exec', (start, _refuse, { command }) => run(command, start()));
      });
    },
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const hangUp = async (): Promise<void> => {
    const gone = [...open].map((client) => {
      client.end();
      return new Promise<void>((resolve) => client.once('close', () => resolve()));
    });
    await Promise.all(gone);
  };
  return {
    port: portOf(server),
    passwords: () => passwords,
    methods: () => methods,
    hangUp,
    async close() {
      await hangUp();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function run(command: string, channel: ServerChannel): void {
  const child = spawn('sh', ['-c', command]);
  channel.pipe(child.stdin);
  child.stdout.pipe(channel, { end: false });
  child.stderr.pipe(channel.stderr, { end: false });
  channel.on('error', () => undefined);
  child.on('close', (code) => {
    channel.exit(code ?? 255);
    channel.end();
  });
}

export function portOf(server: { address(): AddressInfo | string | null }): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

interface Wanted {
  readonly method: 'publickey' | 'password' | 'keyboard-interactive';
  check(context: AuthContext, passed: () => void): void;
}

function wantedFrom({ publicKey, password, rounds }: FakeServerOptions): Wanted[] {
  const wanted: Wanted[] = [];
  if (publicKey !== undefined) wanted.push({ method: 'publickey', check: keyCheck(publicKey) });
  if (password !== undefined) wanted.push({ method: 'password', check: passwordCheck(password) });
  if (rounds !== undefined)
    wanted.push({ method: 'keyboard-interactive', check: roundsCheck(rounds) });
  return wanted;
}

function keyCheck(line: string): Wanted['check'] {
  return (context, passed) => {
    if (context.method !== 'publickey') return;
    const key = ssh2.utils.parseKey(line);
    if (key instanceof Error) throw key;
    if (!key.getPublicSSH().equals(context.key.data)) return context.reject(['publickey']);
    if (context.signature === undefined) return context.accept();
    const isRight = key.verify(
      context.blob ?? Buffer.alloc(0),
      context.signature,
      context.hashAlgo,
    );
    return isRight ? passed() : context.reject(['publickey']);
  };
}

function passwordCheck(password: string): Wanted['check'] {
  return (context, passed) => {
    if (context.method !== 'password') return;
    if (context.password === password) passed();
    else context.reject(['password']);
  };
}

function roundsCheck(rounds: NonNullable<FakeServerOptions['rounds']>): Wanted['check'] {
  return (context, passed) => {
    if (context.method !== 'keyboard-interactive') return;
    const ask = (nth: number): void => {
      const round = rounds[nth];
      if (round === undefined) return passed();
      const prompts = round.map(([prompt, echo]) => ({ prompt, echo }));
      context.prompt(prompts, 'Door', '', (answers) => {
        const isRight = round.every(([, , right], index) => answers[index] === right);
        if (isRight) ask(nth + 1);
        else context.reject(['keyboard-interactive']);
      });
    };
    ask(0);
  };
}
