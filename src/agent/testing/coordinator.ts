/**
 * The coordinator's side of the wire, for tests: git over HTTP (the real `git http-backend`) and the WebSocket of
 * agents with real frames. It keeps what agents say and answers as a coordinator would; a test may cut the connection,
 * stop answering, or refuse.
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import path from 'node:path';
import { type WebSocket, WebSocketServer } from 'ws';
import type { AttemptReport } from '../../shared/domain/attempt.ts';
import type { ConsoleId } from '../../shared/console.ts';
import type { AttemptId } from '../../shared/ids.ts';
import { FromAgent, type AttemptSpec, type ToAgent } from '../../shared/protocol/agent.ts';
import { plainText } from '../terminal.ts';
import { decodeConsole, encodeConsole, isConsoleFrame } from '../../shared/protocol/console.ts';
import { PROTOCOL_VERSION } from '../../shared/protocol/version.ts';
import { decodeOutput, STREAMS, type Stream } from '../../shared/protocol/output.ts';

export const TOKEN = 'agent-token';
export const GIT_TOKEN = 'git-token-1f7';

type Hello = Extract<FromAgent, { type: 'hello' }>;

/** What is known of one attempt. */
interface Known {
  readonly spec: AttemptSpec;
  readonly reports: AttemptReport[];
  readonly bytes: Record<Stream, Buffer[]>;
  readonly length: Record<Stream, number>;
  ended: boolean;
}

export class TestCoordinator {
  readonly url: string;
  readonly frames: FromAgent[] = [];
  readonly attempts = new Map<AttemptId, Known>();
  /** How much consoles printed, and the end of it. */
  readonly printed = new Map<ConsoleId, { length: number; tail: Buffer }>();
  /** Set to acknowledge nothing of consoles. */
  slow = false;
  /** Problems an honest agent never causes: a gap, a repeated report, bytes out of place. */
  readonly faults: string[] = [];
  /** Authorization headers that git sent. */
  readonly gitUsers = new Set<string>();
  /** Set to answer nothing any more, as a coordinator that hangs. */
  silent = false;
  /** Attempts that were given to somebody else, and those of tasks that are called off. */
  readonly fenced = new Set<AttemptId>();
  readonly unwanted = new Set<AttemptId>();
  /** Set to acknowledge no output. */
  withhold = false;
  heartbeatMs = 1_000;
  stopMs = 10_000;
  /** Answers calls of models. */
  onModels: (req: IncomingMessage, res: ServerResponse) => void = (_, res) =>
    void res.writeHead(404).end();
  private readonly server: Server;
  private readonly sockets = new WebSocketServer({ noServer: true });
  private readonly repos: string;
  private socket: WebSocket | null = null;
  private isGreeted = false;
  private waiters: { test: () => boolean; done: () => void }[] = [];

  private constructor(server: Server, repos: string, url: string) {
    this.server = server;
    this.repos = repos;
    this.url = url;
    server.on('request', (req, res) => {
      if (req.url?.startsWith('/models/')) this.onModels(req, res);
      else this.onGit(req, res);
    });
    server.on('upgrade', (req, socket, head) => {
      if (req.headers.authorization !== `Bearer ${TOKEN}`) {
        socket.end('HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n');
        return;
      }
      this.sockets.handleUpgrade(req, socket, head, (ws) => this.onSocket(ws));
    });
  }

  /** @param repos folder for the bare repositories */
  static async start(repos: string): Promise<TestCoordinator> {
    mkdirSync(repos, { recursive: true });
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no address');
    return new TestCoordinator(server, repos, `http://127.0.0.1:${address.port}`);
  }

  /** Makes `KEY.git` from a repository; returns the commit of its branch `main`. */
  addRepo(key: string, source: string): string {
    const bare = path.join(this.repos, `${key}.git`);
    execFileSync('git', ['clone', '-q', '--bare', source, bare]);
    execFileSync('git', ['config', 'http.receivepack', 'true'], { cwd: bare });
    return this.commitOf(key, 'main');
  }

  commitOf(key: string, branch: string): string {
    return this.git(key, 'rev-parse', branch);
  }

  git(key: string, ...args: string[]): string {
    return execFileSync('git', args, {
      cwd: path.join(this.repos, `${key}.git`),
      encoding: 'utf8',
    }).trim();
  }

  assign(spec: AttemptSpec): void {
    if (!this.attempts.has(spec.attemptId)) {
      this.attempts.set(spec.attemptId, {
        spec,
        reports: [],
        bytes: { terminal: [], transcript: [] },
        length: { terminal: 0, transcript: 0 },
        ended: false,
      });
    }
    this.send({ type: 'assign', spec });
  }

  /** Resolves when an agent that was not there yet is greeted and speaks. */
  async welcomed(): Promise<void> {
    this.isGreeted = false;
    await this.until(() => this.isGreeted);
  }

  /** Resolves when no agent is connected. */
  async disconnected(): Promise<void> {
    await this.until(() => this.socket?.readyState !== this.socket?.OPEN);
  }

  send(frame: ToAgent): void {
    this.socket?.send(JSON.stringify(frame));
  }

  /** Types into a console. */
  type(consoleId: ConsoleId, text: string): void {
    this.socket?.send(encodeConsole({ consoleId, offset: 0, bytes: Buffer.from(text) }));
  }

  /** The end of what a console printed, without escape sequences. */
  screen(consoleId: ConsoleId): string {
    return plainText((this.printed.get(consoleId)?.tail ?? Buffer.alloc(0)).toString('utf8'));
  }

  /** Breaks the connection without a word. */
  cut(): void {
    this.socket?.terminate();
  }

  /** Resolves when `test` is true; it is asked after everything that the agent says. */
  async until(test: () => boolean): Promise<void> {
    if (test()) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.waiters.push({ test, done: resolve });
    await promise;
  }

  /** Resolves with the last report of the attempt. */
  async end(id: AttemptId): Promise<AttemptReport> {
    const last = (): AttemptReport | undefined =>
      this.attempts.get(id)?.reports.findLast(({ kind }) => isLast(kind));
    await this.until(() => last() !== undefined);
    const report = last();
    if (!report) throw new Error('no last report');
    return report;
  }

  bytesOf(id: AttemptId, stream: Stream): Buffer {
    return Buffer.concat(this.attempts.get(id)?.bytes[stream] ?? []);
  }

  text(id: AttemptId): string {
    return this.bytesOf(id, 'terminal').toString('utf8');
  }

  async close(): Promise<void> {
    this.cut();
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private onSocket(ws: WebSocket): void {
    this.socket = ws;
    this.isGreeted = false;
    ws.on('message', (data: Buffer, isBinary) => {
      if (this.silent || ws !== this.socket) return;
      if (isBinary && isConsoleFrame(data)) this.onConsole(data);
      else if (isBinary) this.onOutput(data);
      else this.onFrame(FromAgent.parse(JSON.parse(data.toString('utf8'))));
      this.wake();
    });
    ws.on('close', () => this.wake());
  }

  private onFrame(frame: FromAgent): void {
    this.frames.push(frame);
    switch (frame.type) {
      case 'hello':
        return this.send({
          type: 'welcome',
          protocol: PROTOCOL_VERSION,
          heartbeatMs: this.heartbeatMs,
          pauseMs: this.stopMs,
          attempts: this.counting(frame.holding),
          over: this.over(frame.holding),
        });
      case 'heartbeat':
        this.isGreeted = true;
        return this.send({ type: 'heartbeat', n: frame.n });
      case 'report':
        return this.onReport(frame);
      case 'output_end': {
        const { attemptId, terminal, transcript } = frame;
        const whole =
          this.lengthOf(attemptId, 'terminal') === terminal &&
          this.lengthOf(attemptId, 'transcript') === transcript;
        if (!whole) this.faults.push(`${attemptId}: the recording ends early`);
        const known = this.attempts.get(attemptId);
        if (known) known.ended = true;
        return;
      }
      case 'work_kept':
        return this.send({ type: 'work_kept_ack', attemptId: frame.attemptId });
      case 'declined':
      case 'renew':
      case 'self_test_result':
      case 'update_result':
      case 'console_opened':
      case 'console_ended':
      case 'consoles_here':
      case 'log_tail':
      case 'task_order':
        return;
    }
  }

  /** What is held and known, and does not count any more. */
  private over(holding: Hello['holding']): Extract<ToAgent, { type: 'welcome' }>['over'] {
    const counting = new Set(this.counting(holding).map(({ attemptId }) => attemptId));
    return holding.flatMap(({ attemptId, fence }) => {
      const known = this.attempts.get(attemptId);
      if (!known || counting.has(attemptId)) return [];
      return [
        {
          attemptId,
          fence,
          terminal: this.lengthOf(attemptId, 'terminal'),
          transcript: this.lengthOf(attemptId, 'transcript'),
          repoPath: known.spec.repo.path,
          workBranch: known.spec.workBranch,
          gitToken: GIT_TOKEN,
          unwanted: this.unwanted.has(attemptId),
        },
      ];
    });
  }

  private counting(holding: Hello['holding']): Extract<ToAgent, { type: 'welcome' }>['attempts'] {
    return holding.flatMap(({ attemptId, fence }) => {
      const known = this.attempts.get(attemptId);
      if (!known || known.spec.fence !== fence || this.fenced.has(attemptId)) return [];
      if (known.reports.some(({ kind }) => isLast(kind))) return [];
      const [terminal, transcript] = STREAMS.map((stream) => this.lengthOf(attemptId, stream));
      return [
        {
          attemptId,
          fence,
          reportSeq: known.reports.length,
          terminal: terminal ?? 0,
          transcript: transcript ?? 0,
          gitToken: GIT_TOKEN,
        },
      ];
    });
  }

  private onReport(frame: Extract<FromAgent, { type: 'report' }>): void {
    const { attemptId, seq, report } = frame;
    const known = this.attempts.get(attemptId);
    if (!known) return;
    if (seq === known.reports.length + 1) known.reports.push(report);
    else if (seq > known.reports.length)
      this.faults.push(`${attemptId}: report ${seq} after ${known.reports.length}`);
    this.send({ type: 'report_ack', attemptId, seq });
  }

  private onConsole(data: Buffer): void {
    const frame = decodeConsole(data);
    if (!frame.ok) {
      this.faults.push(frame.error);
      return;
    }
    const { consoleId, offset, bytes } = frame.value;
    const { length, tail } = this.printed.get(consoleId) ?? { length: 0, tail: Buffer.alloc(0) };
    if (offset !== length) this.faults.push(`${consoleId}: bytes at ${offset}, expected ${length}`);
    const end = length + bytes.length;
    this.printed.set(consoleId, {
      length: end,
      tail: Buffer.concat([tail, bytes]).subarray(-4096),
    });
    if (!this.slow) this.send({ type: 'console_ack', consoleId, offset: end });
  }

  private onOutput(data: Buffer): void {
    const frame = decodeOutput(data);
    if (!frame.ok) {
      this.faults.push(frame.error);
      return;
    }
    const { attemptId, stream, offset, bytes } = frame.value;
    const known = this.attempts.get(attemptId);
    const length = this.lengthOf(attemptId, stream);
    if (offset !== length) {
      this.faults.push(`${attemptId} ${stream}: bytes at ${offset}, expected ${length}`);
    } else if (known) {
      known.bytes[stream].push(Buffer.from(bytes));
      known.length[stream] += bytes.length;
    }
    if (!this.withhold)
      this.send({
        type: 'output_ack',
        attemptId,
        stream,
        offset: this.lengthOf(attemptId, stream),
      });
  }

  lengthOf(id: AttemptId, stream: Stream): number {
    return this.attempts.get(id)?.length[stream] ?? 0;
  }

  private wake(): void {
    const ready = this.waiters.filter(({ test }) => test());
    this.waiters = this.waiters.filter((waiter) => !ready.includes(waiter));
    for (const { done } of ready) done();
  }

  private onGit(req: IncomingMessage, res: ServerResponse): void {
    const basic = /^Basic (.+)$/.exec(req.headers.authorization ?? '')?.[1];
    const user = Buffer.from(basic ?? '', 'base64').toString('utf8');
    this.gitUsers.add(user);
    if (!user.endsWith(`:${GIT_TOKEN}`)) {
      res.writeHead(401).end();
      return;
    }
    const { pathname, search } = new URL(req.url ?? '/', this.url);
    const cgi = spawn('git', ['http-backend'], {
      env: {
        PATH: process.env['PATH'],
        GIT_PROJECT_ROOT: this.repos,
        GIT_HTTP_EXPORT_ALL: '1',
        PATH_INFO: pathname.replace(/^\/git/, ''),
        QUERY_STRING: search.slice(1),
        REQUEST_METHOD: req.method,
        CONTENT_TYPE: req.headers['content-type'],
        HTTP_CONTENT_ENCODING: req.headers['content-encoding'],
        HTTP_GIT_PROTOCOL: req.headers['git-protocol']?.toString(),
        REMOTE_USER: 'agent',
      },
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    req.pipe(cgi.stdin).on('error', () => {});
    const chunks: Buffer[] = [];
    cgi.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    cgi.on('close', () => answerCgi(Buffer.concat(chunks), res));
  }
}

function answerCgi(answer: Buffer, res: ServerResponse): void {
  const split = answer.indexOf('\r\n\r\n');
  let status = 200;
  for (const line of answer.subarray(0, split).toString('latin1').split('\r\n')) {
    const [name = '', value = ''] = line.split(/: ?(.*)/s);
    if (name.toLowerCase() === 'status') status = Number.parseInt(value, 10);
    else res.setHeader(name, value);
  }
  res.writeHead(status).end(answer.subarray(split + 4));
}

function isLast(kind: AttemptReport['kind']): boolean {
  return kind === 'succeeded' || kind === 'failed' || kind === 'cancelled';
}
