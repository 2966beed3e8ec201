/** The state of an agent as Prometheus reads it. Pure. */
import type { Vitals } from '../../shared/domain/agent.ts';

export interface AgentFacts {
  readonly agentId: string;
  readonly name: string;
  readonly version: string;
  readonly build: string;
  readonly coordinator: string;
  readonly connected: boolean;
  readonly slots: number;
  /** Ids of the attempts it holds. */
  readonly running: readonly string[];
  readonly vitals: Vitals;
  /** Until its certificate ends, ms; `null` without one. */
  readonly certificateMs: number | null;
}

export function metricsOf(facts: AgentFacts): string {
  const { agentId, version, build, vitals, certificateMs } = facts;
  const lines: string[] = [];
  const add = (name: string, help: string, value: number, labels = ''): void => {
    const full = `koubou_agent_${name}`;
    lines.push(`# HELP ${full} ${help}`, `# TYPE ${full} gauge`, `${full}${labels} ${value}`);
  };
  const labels = Object.entries({ agent: agentId, version, build })
    .map(([key, value]) => `${key}="${escape(value)}"`)
    .join(',');
  add('info', 'Which program this is.', 1, `{${labels}}`);
  add('connected', 'Whether the coordinator is connected.', facts.connected ? 1 : 0);
  add('slots', 'Attempts that it takes at once.', facts.slots);
  add('attempts', 'Attempts that it holds.', facts.running.length);
  add('cpu_ratio', 'Share of all cores in use.', vitals.cpu);
  add('load1', 'Load average of one minute.', vitals.load1);
  add('memory_bytes', 'Memory of the machine.', vitals.memoryBytes);
  add('memory_used_bytes', 'Memory in use.', vitals.memoryUsedBytes);
  add('disk_free_bytes', 'Free where the agent works.', vitals.diskFreeBytes);
  if (certificateMs !== null) {
    const left = Math.round(certificateMs / 1_000);
    add('certificate_seconds', 'Until the certificate ends; it is renewed before.', left);
  }
  return `${lines.join('\n')}\n`;
}

function escape(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
