/** `koubou tasks show`: one task on a page. */
import { OPERATIONS } from '../../shared/contract.ts';
import type { Attempt } from '../../shared/domain/attempt.ts';
import type { EngineChoice, Usage } from '../../shared/domain/engine.ts';
import type { Task } from '../../shared/domain/task.ts';
import type { TaskId } from '../../shared/ids.ts';
import { writeJson, writeLine, type CliIo } from '../io.ts';
import { count, paint, paintState, stepTime } from '../print.ts';
import { safeLine, safeText } from '../safe-text.ts';
import type { Session } from '../session.ts';
import { factTable } from './facts.ts';

export async function showTask({ io, client, json }: Session, id: TaskId): Promise<void> {
  const task = await client.call(OPERATIONS['tasks.get'], { id });
  const { attempts } = await client.call(OPERATIONS['tasks.attempts'], { id });
  if (json) return await writeJson(io, { task, attempts });
  const upstream = task.state === 'blocked' ? await waitsFor(client, task) : [];
  const facts = [...factsOf(io, task), ...upstream].map(
    ([name, value]) => `${paint(io, 'gray', name.padEnd(10))} ${value}`,
  );
  await writeLine(
    io,
    [paint(io, 'bold', `${task.id}  ${safeLine(task.title)}`), ...facts].join('\n'),
  );
  if (task.analysis) await writeLine(io, `\n${factTable(io, task.analysis)}`);
  if (task.body !== '') await writeLine(io, `\n${safeText(task.body.trimEnd(), false)}`);
  for (const attempt of attempts) await writeLine(io, `\n${attemptLines(io, attempt)}`);
}

/** Those of the tasks before it that are open, or will never complete. */
async function waitsFor(client: Session['client'], { after }: Task): Promise<[string, string][]> {
  const open: string[] = [];
  const cancelled: string[] = [];
  for (const id of after) {
    const { state } = await client.call(OPERATIONS['tasks.get'], { id });
    if (state === 'cancelled') cancelled.push(id);
    else if (state !== 'completed') open.push(`${id} (${state})`);
  }
  const never = `${cancelled.join(', ')} will never complete: cancelled. Give others with "koubou tasks update --after", or cancel this one`;
  return [
    ...(open.length > 0 ? [['waits for', open.join(', ')] satisfies [string, string]] : []),
    ...(cancelled.length > 0 ? [['stuck', never] satisfies [string, string]] : []),
  ];
}

function factsOf(io: CliIo, task: Task): [string, string][] {
  const facts: [string, string][] = [
    ['state', paintState(io, task.state)],
    ['priority', task.priority],
    [
      'repository',
      safeLine(`${task.repo.url}${task.repo.base === null ? '' : ` (${task.repo.base})`}`),
    ],
    ['engine', `${safeLine(engineText(task.engine))}${task.localOnly ? ', local only' : ''}`],
  ];
  if (task.needs.length > 0) facts.push(['needs', task.needs.join(', ')]);
  if (task.concurrency.length > 0) facts.push(['one of', safeLine(task.concurrency.join(', '))]);
  if (task.after.length > 0) facts.push(['after', task.after.join(', ')]);
  if (task.state === 'scheduled' && task.at !== null)
    facts.push(['at', new Date(task.at).toLocaleString()]);
  if (task.change) {
    const { branch, stats } = task.change;
    facts.push([
      'change',
      safeLine(
        `${branch}  ${count(stats.files, 'file')}, +${stats.insertions} −${stats.deletions}`,
      ),
    ]);
  }
  if (task.merge?.state === 'refused') facts.push(['not merged', safeLine(task.merge.message)]);
  if (task.failure && task.state === 'failed')
    facts.push(['failure', safeLine(`${task.failure.code}: ${task.failure.message}`)]);
  if (task.cancelReason !== null) facts.push(['cancelled', safeLine(task.cancelReason)]);
  return facts;
}

function engineText(engine: EngineChoice): string {
  if (engine.kind === 'auto') return 'auto';
  if (engine.kind === 'command') return `command: ${engine.run}`;
  return engine.model === undefined ? engine.kind : `${engine.kind} (${engine.model})`;
}

function withEngine({ engine }: Attempt): string {
  return engine && engine.kind !== 'command' ? ` with ${engine.kind}` : '';
}

function attemptLines(io: CliIo, attempt: Attempt): string {
  const steps = attempt.phases.map(({ phase, outcome, startedAt, endedAt, detail }) => {
    const time = endedAt === null ? '' : stepTime(endedAt - startedAt);
    return `  ${phase.padEnd(10)} ${(outcome ?? 'running').padEnd(8)} ${time.padStart(5)}  ${safeLine(detail ?? '')}`.trimEnd();
  });
  const used = attempt.usage ? [`  ${usedText(attempt.usage)}`] : [];
  const failure = attempt.failure
    ? [`  ${paint(io, 'red', safeLine(`${attempt.failure.code}: ${attempt.failure.message}`))}`]
    : [];
  return [
    `${paint(io, 'bold', attempt.id)} on ${attempt.agentId}${withEngine(attempt)}: ${attempt.state}`,
    ...steps,
    ...used,
    ...failure,
  ].join('\n');
}

function usedText({ inputTokens, outputTokens, cachedInputTokens, costUsd }: Usage): string {
  const cost = costUsd === null ? '' : `, $${costUsd.toFixed(2)}`;
  return `used ${inputTokens} tokens in, ${cachedInputTokens} from the cache, ${outputTokens} out${cost}`;
}
