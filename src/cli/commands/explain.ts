/** `koubou tasks explain`: what is known of a task and where from, what it waits for, and why its agents were chosen. */
import type { Explanation, Pending } from '../../shared/contract-explain.ts';
import { OPERATIONS } from '../../shared/contract.ts';
import type { PassedCount, PlacementReason } from '../../shared/domain/attempt.ts';
import { demandKey } from '../../shared/domain/demand.ts';
import type { TaskId } from '../../shared/ids.ts';
import { writeJson, writeLine, type CliIo } from '../io.ts';
import { count, duration, paint, paintState, table } from '../print.ts';
import { safeLine } from '../safe-text.ts';
import type { Session } from '../session.ts';
import { factTable } from './facts.ts';

export async function explainTask({ io, client, json }: Session, id: TaskId): Promise<void> {
  const told = await client.call(OPERATIONS['tasks.explain'], { id });
  if (json) return await writeJson(io, told);
  const now = io.now();
  await writeLine(io, `${paint(io, 'bold', told.taskId)}  ${paintState(io, told.state)}`);
  await writeLine(io, `demands ${safeLine(demandKey(told.demand))}`);
  if (told.analysis) await writeLine(io, `\n${factTable(io, told.analysis)}`);
  for (const pending of told.pending) {
    const since = duration(Math.max(0, now - pending.since));
    await writeLine(io, `\nwaiting for ${since} so far: ${safeLine(pendingWords(pending))}`);
  }
  if (told.now) {
    await writeLine(io, `\nthe agents now, by the strategy "${told.now.strategy}":`);
    await writeStandings(io, told.now);
  }
  for (const decision of told.decisions) await writeDecision(io, decision);
}

async function writeDecision(io: CliIo, decision: Explanation['decisions'][number]): Promise<void> {
  const { attemptId, agentId, at, engine } = decision;
  const when = new Date(at).toLocaleString();
  const by = engine && engine.kind !== 'command' ? ` with ${engine.kind}` : '';
  await writeLine(io, `\n${paint(io, 'bold', attemptId)} went to ${agentId}${by}, ${when}:`);
  await writeStandings(io, decision);
}

function pendingWords(pending: Pending): string {
  switch (pending.code) {
    case 'time':
      return `its time, ${new Date(pending.at).toLocaleString()}`;
    case 'tasks':
      return pending.tasks.map(({ id, title, state }) => `${id} "${title}" (${state})`).join(', ');
    case 'issues':
      return pending.issues.map(({ ref }) => ref).join(', ');
    case 'retry':
      return `the next try, ${new Date(pending.at).toLocaleString()}, after ${pending.failure}`;
    case 'person':
      return pending.to === 'review' ? 'a review' : 'somebody to retry it';
    case 'queue':
      return queueWords(pending);
  }
}

function queueWords({ why, ahead }: Extract<Pending, { code: 'queue' }>): string {
  const before = ahead === null ? 'very many tasks before it' : `${count(ahead, 'task')} before it`;
  if (why !== null) return ahead === 0 ? why : `${why}; ${before}`;
  return ahead === 0 ? 'its turn, which is next' : before;
}

async function writeStandings(
  io: CliIo,
  { reasons, passed }: { readonly reasons: PlacementReason[]; readonly passed: PassedCount[] },
): Promise<void> {
  const columns = [
    { title: 'AGENT', value: (row: PlacementReason) => row.agentId },
    { title: 'POINTS', value: (row: PlacementReason) => row.score?.toFixed(1) ?? '-' },
    { title: 'WHY', value: (row: PlacementReason) => safeLine(partsText(row)) },
  ];
  if (reasons.length > 0) await writeLine(io, table(io, columns, reasons));
  const more = passed.map(({ code, count: agents }) => `${agents} ${code.replaceAll('_', ' ')}`);
  if (more.length > 0) await writeLine(io, `and others: ${more.join(', ')}`);
}

function partsText({ score, parts, why, engine }: PlacementReason): string {
  if (score === null) return why;
  const points = Object.entries(parts).map(([name, size]) => `${name} ${size.toFixed(1)}`);
  return [...(engine ? [engine.kind] : []), ...points].join(', ');
}
