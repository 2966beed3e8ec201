/**
 * Hosts played by the test: a real window on a real coordinator, whose messages and answers about hosts come from the
 * test instead, so that each step, question and mishap can be brought about and held. No SSH is spoken.
 */
import { expect, type Page, type Route, type WebSocketRoute } from '@playwright/test';
import {
  type PreflightItem,
  Provisioning,
  ProvisioningId,
  STEPS_OF,
  type ProvisioningKind,
  type ProvisioningStep,
  type StepName,
} from '../../src/shared/provisioning.ts';
import type { z } from 'zod';
import { OPERATIONS, type OperationName, type ParsedInputOf } from '../../src/shared/contract.ts';
import type { Agent } from '../../src/shared/domain/agent.ts';
import { ToClient } from '../../src/shared/protocol/client.ts';
import type { Rollout } from '../../src/shared/rollout.ts';
import { newDataDir, openApp, type DesktopApp } from './app.ts';

export interface ScriptedHosts {
  /** Sends them to the window as the coordinator would. */
  show(...provisionings: Provisioning[]): void;
  rollout(rollout: Rollout): void;
  /** The load of agents, as their heartbeats tell it. */
  vitals(vitals: Extract<ToClient, { type: 'vitals' }>['vitals']): void;
  /** Answers calls of one operation from now on, and keeps what was asked. */
  play<N extends OperationName>(
    name: N,
    answer: (input: ParsedInputOf<N>) => object,
  ): ParsedInputOf<N>[];
}

/** The window of a workshop that has its one agent, at the list of agents, with hosts played. Whoever opens it quits it. */
export async function openWithHosts(
  timeout: number,
): Promise<{ readonly app: DesktopApp; readonly hosts: ScriptedHosts }> {
  const app = await openApp(newDataDir());
  const { page } = app;
  const isReady = (): Promise<void> =>
    expect(page.getByTestId('health')).toContainText('1 agent', { timeout });
  await isReady();
  const hosts = await scriptHosts(page);
  await isReady();
  await page.getByRole('link', { name: 'Agents' }).click();
  await expect(page.getByTestId('agent-tile')).toHaveCount(1);
  return { app, hosts };
}

/**
 * Takes the place of what the coordinator says about hosts. The page is loaded anew.
 *
 * @param change what the window is told of each agent at first, in place of what is so; may be several
 */
export async function scriptHosts(
  page: Page,
  change: (agent: Agent) => Agent | Agent[] = (agent) => agent,
): Promise<ScriptedHosts> {
  const sockets = new Set<WebSocketRoute>();
  await page.routeWebSocket('**/ws', (socket) => {
    const server = socket.connectToServer();
    server.onMessage((data) =>
      socket.send(typeof data === 'string' ? changed(data, change) : data),
    );
    sockets.add(socket);
    socket.onClose(() => sockets.delete(socket));
  });
  await page.reload();

  function send(message: ToClient): void {
    for (const socket of sockets) socket.send(JSON.stringify(message));
  }

  return {
    show: (...provisionings) => {
      for (const provisioning of provisionings) send({ type: 'provisioning', provisioning });
    },
    rollout: (rollout) => send({ type: 'rollout', rollout }),
    vitals: (vitals) => send({ type: 'vitals', vitals }),
    play<N extends OperationName>(name: N, answer: (input: ParsedInputOf<N>) => object) {
      const { method, path, status } = OPERATIONS[name];
      const inputs: { readonly [K in OperationName]: { input: z.ZodType<ParsedInputOf<K>> } } =
        OPERATIONS;
      const asked: ParsedInputOf<N>[] = [];
      const pattern = new RegExp(`${path.replaceAll(/\{\w+\}/g, '([^/?]+)')}(?:\\?|$)`);
      const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, key = '']) => key);
      void page.route(pattern, async (route: Route) => {
        const request = route.request();
        if (request.method() !== method) return await route.fallback();
        const parts = pattern.exec(request.url())?.slice(1) ?? [];
        const ids = Object.fromEntries(names.map((key, index) => [key, parts[index]]));
        const body: unknown = request.postDataJSON();
        const query = Object.fromEntries(new URL(request.url()).searchParams);
        const given = inputs[name].input.parse({ ...query, ...Object(body), ...ids });
        asked.push(given);
        const headers = { 'access-control-allow-origin': '*' };
        await route.fulfill({ status, headers, json: answer(given) });
      });
      return asked;
    },
  };
}

function changed(text: string, change: (agent: Agent) => Agent | Agent[]): string {
  const message = ToClient.parse(JSON.parse(text));
  if (message.type !== 'snapshot') return text;
  const { snapshot } = message;
  return JSON.stringify({
    ...message,
    snapshot: { ...snapshot, agents: snapshot.agents.flatMap(change) },
  });
}

/** A provisioning in which the steps before `at` are done and the one at `at` is in `state`. */
export function provisioningAt(
  n: number,
  target: string,
  at: StepName | null,
  change: Partial<Provisioning> = {},
  step: Partial<ProvisioningStep> = {},
): Provisioning {
  const kind: ProvisioningKind = change.kind ?? 'add';
  const names = STEPS_OF[kind];
  const index = at === null ? names.length : names.indexOf(at);
  return Provisioning.parse({
    id: ProvisioningId.parse(`provisioning-${n}`),
    kind,
    target,
    agentId: null,
    state: at === null ? 'done' : 'running',
    startedAt: Date.now() - 12_000,
    endedAt: at === null ? Date.now() : null,
    steps: names.map((name, place) => {
      if (place === index) return stepOf(name, { state: 'running', message: '', ...step });
      return stepOf(name, place < index ? {} : { state: 'waiting', startedAt: null, ms: 0 });
    }),
    question: null,
    report: [],
    tunnel: false,
    error: null,
    ...change,
  });
}

const MESSAGES: Partial<Record<StepName, string>> = {
  connect: 'Reached 192.168.1.20:22 in 4 ms.',
  host_key: 'The key is the one of known_hosts.',
  sign_in: 'Signed in as aya with the key ~/.ssh/id_ed25519.',
  probe: 'Ubuntu 24.04, x64, 16 cores, 64 GB, systemd.',
  preflight: 'All that is required is there.',
  upload: '38 MB in 1.2 s; the checksum was verified there.',
  install: 'A service of the user aya, started with the PC.',
  start: 'It has registered as atelier.',
  self_test: 'Cloned, changed, tested and pushed in 1.4 s.',
};

function stepOf(name: StepName, change: Partial<ProvisioningStep>): ProvisioningStep {
  return {
    name,
    state: 'done',
    startedAt: Date.now() - 5_000,
    ms: 140 + name.length * 37,
    message: change.state === 'waiting' ? '' : (MESSAGES[name] ?? ''),
    output: '',
    progress: null,
    ...change,
  };
}

/** What the system requires, on a PC that lacks a little. */
export const REPORT: PreflightItem[] = [
  item('Processor', 'good', '16 cores', '4 cores'),
  item(
    'Memory',
    'bad',
    '8.0 GB',
    '16 GB',
    'It works, with one task at a time. Add memory for more.',
  ),
  item('Disk', 'note', '210 GB free', '500 GB', 'Enough to begin with; watch it.'),
  item('git', 'good', '2.43.0', '2.30'),
  item('Python', 'good', '3.12.3', '3.8'),
  item('Node', 'good', '22.4.1', '18'),
  item('Docker', 'note', 'not found', 'recommended', 'Install it if tasks need containers.'),
  item('Clock', 'good', '0.2 s off', 'within 60 s'),
];

function item(
  name: string,
  verdict: PreflightItem['verdict'],
  found: string,
  wanted: string,
  advice = '',
): PreflightItem {
  return { name, verdict, found, wanted, advice };
}
