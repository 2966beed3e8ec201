/**
 * A thousand agents on one coordinator, over TLS with a certificate each, doing nothing but living: its memory, its processor, and how
 * long a heartbeat takes to be answered. The agents are links only, all in this process, so their own work is in the delays.
 */
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { json } from 'node:stream/consumers';
import { WebSocket } from 'ws';
import { requestFor } from '../../src/agent/identity/request.ts';
import { COORDINATOR_NAME, JoinAnswer } from '../../src/shared/protocol/enrol.ts';
import { HEARTBEAT_MS } from '../../src/shared/protocol/timing.ts';
import { PROTOCOL_VERSION } from '../../src/shared/protocol/version.ts';
import { pause } from '../faults/time.ts';
import { startWorkshop, type Workshop } from '../support/workshop.ts';
import { percentile, pssMb, row, type Print } from './measure.ts';

const AGENTS = 1_000;
const AT_ONCE = 20;
/** What is measured, after all are there. */
const SPAN_MS = 20_000;

export async function benchManyAgents(print: Print): Promise<void> {
  print(`${AGENTS} agents on one coordinator, over TLS`);
  const dir = mkdtempSync(path.join(tmpdir(), 'koubou-bench-agents-'));
  const workshop = await startWorkshop({ dir, args: ['--agents', '0', '--lan', '127.0.0.1:0'] });
  const agents: FakeAgent[] = [];
  try {
    const before = pssMb(workshop.child.pid ?? 0);
    const began = performance.now();
    const names = Array.from({ length: AGENTS }, (_, n) => `pc-${n}`);
    for (let n = 0; n < AGENTS; n += AT_ONCE)
      agents.push(
        ...(await Promise.all(names.slice(n, n + AT_ONCE).map((name) => join(workshop, name)))),
      );
    print(
      row('enrolled and connected', `${((performance.now() - began) / 1_000).toFixed(1)} s`, ''),
    );
    await measure(print, workshop, agents, before);
  } finally {
    for (const { close } of agents) close();
    await workshop.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

async function measure(
  print: Print,
  { child }: Workshop,
  agents: readonly FakeAgent[],
  before: number,
): Promise<void> {
  const pid = child.pid ?? 0;
  for (const { delays } of agents) delays.length = 0;
  const [cpu, at] = [cpuMs(pid), performance.now()];
  await pause(SPAN_MS);
  const share = (cpuMs(pid) - cpu) / (performance.now() - at);
  const delays = agents.flatMap((agent) => agent.delays);
  const after = pssMb(pid);
  const each = ((after - before) * 1_024) / agents.length;
  print(row('memory (PSS)', `${after.toFixed(0)} MB, ${each.toFixed(0)} kB each`, ''));
  print(row('processor, of one core', `${(share * 100).toFixed(1)} %`, ''));
  const [p50, p99] = [percentile(delays, 0.5), percentile(delays, 0.99)];
  print(
    row(
      `heartbeat answered, p50 / p99 of ${delays.length}`,
      `${p50.toFixed(1)} / ${p99.toFixed(1)} ms`,
      '',
    ),
  );
}

/** Processor time that a process has used, in ms. Linux counts it in hundredths of a second. */
function cpuMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

interface FakeAgent {
  /** Of each heartbeat, in ms. */
  readonly delays: number[];
  close(): void;
}

async function join(workshop: Workshop, name: string): Promise<FakeAgent> {
  const { token, url } = await workshop.call('invitations.create', { name });
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const key = String(privateKey.export({ type: 'pkcs8', format: 'pem' }));
  const ca = readFileSync(path.join(workshop.dir, 'ca/ca.pem'), 'utf8');
  const trust = { ca, servername: COORDINATOR_NAME, minVersion: 'TLSv1.3' } as const;
  const call = request(new URL('/enrol', url), { ...trust, method: 'POST', agent: false });
  call.setHeader('content-type', 'application/json');
  call.end(JSON.stringify({ token, name, request: await requestFor(key, name) }));
  const [response] = (await once(call, 'response')) as [NodeJS.ReadableStream];
  const { agentId, certificate } = JoinAnswer.parse(await json(response));
  const socket = new WebSocket(`${url.replace('https', 'wss')}/agent`, {
    ...trust,
    key,
    cert: certificate,
  });
  await once(socket, 'open');
  socket.send(JSON.stringify(hello(agentId, name)));
  await once(socket, 'message');
  return beat(socket);
}

function beat(socket: WebSocket): FakeAgent {
  const delays: number[] = [];
  let n = 0;
  let sentAt = 0;
  const send = (): void => {
    sentAt = performance.now();
    socket.send(JSON.stringify({ type: 'heartbeat', n: ++n, vitals: VITALS, conditions: [] }));
  };
  socket.on('message', () => delays.push(performance.now() - sentAt));
  // Not all in one moment, as in life.
  let timer = setTimeout(() => {
    send();
    timer = setInterval(send, HEARTBEAT_MS);
  }, Math.random() * HEARTBEAT_MS);
  return {
    delays,
    close() {
      clearTimeout(timer);
      socket.terminate();
    },
  };
}

const VITALS = {
  cpu: 0.1,
  memoryUsedBytes: 1e9,
  memoryBytes: 8e9,
  diskFreeBytes: 1e11,
  load1: 0.2,
};

function hello(agentId: string, name: string): object {
  const capabilities = {
    ...{ os: 'linux', arch: 'x64', hostname: name, cpus: 4, memoryBytes: 8e9, diskFreeBytes: 1e11 },
    ...{ tools: [], engines: [], specialties: [], labels: [] },
  };
  const about = { agentId, name, version: '0.1.0', build: 'bench', slots: 1, capabilities };
  return { type: 'hello', protocol: PROTOCOL_VERSION, ...about, repos: [], holding: [] };
}
