/** `koubou tasks diff` and `koubou tasks approve`. */
import { OPERATIONS } from '../../shared/contract.ts';
import type { DiffFile } from '../../shared/contract-review.ts';
import type { TaskId } from '../../shared/ids.ts';
import { CliError, EXIT, writeJson, writeLine, type CliIo } from '../io.ts';
import { followEvents } from '../follow.ts';
import { count, paint } from '../print.ts';
import { safeLine, safeText } from '../safe-text.ts';
import type { Session } from '../session.ts';

export async function printDiff({ io, client, json }: Session, id: TaskId): Promise<void> {
  const diff = await client.call(OPERATIONS['tasks.diff'], { id });
  if (json) return await writeJson(io, diff);
  const { stats, tests } = diff;
  const tested =
    tests.outcome === 'skipped'
      ? `not tested: ${safeLine(tests.why)}`
      : `${safeLine(tests.command)}: ${tests.outcome}`;
  await writeLine(io, paint(io, 'bold', safeLine(`${diff.branch} onto ${diff.base}`)));
  await writeLine(
    io,
    `${count(stats.files, 'file')}, +${stats.insertions} −${stats.deletions}; ${tested}`,
  );
  for (const file of diff.files) await writeLine(io, fileText(io, file));
  if (diff.truncated) io.warn('there are more files than shown; look at the branch itself');
}

function fileText(io: CliIo, file: DiffFile): string {
  const name = file.oldPath === null ? file.path : `${file.oldPath} → ${file.path}`;
  const head = paint(io, 'bold', safeLine(`${file.status} ${name}`));
  if (file.binary) return `\n${head}\n  (binary)`;
  const lines = safeText(file.patch, false).trimEnd().split('\n');
  const body = lines.map((line) => paintPatchLine(io, line)).join('\n');
  return `\n${head}\n${body}${file.truncated ? '\n  (cut)' : ''}`;
}

function paintPatchLine(io: CliIo, line: string): string {
  if (line.startsWith('+')) return paint(io, 'green', line);
  if (line.startsWith('-')) return paint(io, 'red', line);
  return line.startsWith('@@') ? paint(io, 'cyan', line) : line;
}

/** Approves, and waits for what the forge makes of it. */
export async function approve({ io, client, address, json }: Session, id: TaskId): Promise<void> {
  const { seq } = await client.call(OPERATIONS['snapshot.get'], {});
  const approved = await client.call(OPERATIONS['tasks.approve'], { id });
  if (approved.state !== 'completed') await merged({ io, address }, id, seq);
  const task = await client.call(OPERATIONS['tasks.get'], { id });
  if (json) return await writeJson(io, task);
  const how =
    task.merge?.state === 'merged'
      ? ` as ${task.merge.commit.slice(0, 10)} (${task.merge.how.replaceAll('_', ' ')})`
      : '';
  await writeLine(
    io,
    `${paint(io, 'bold', id)} is merged into ${safeLine(task.repo.base ?? 'its branch')}${how}`,
  );
}

async function merged(
  { io, address }: Pick<Session, 'io' | 'address'>,
  id: TaskId,
  seq: number,
): Promise<void> {
  for await (const { event } of followEvents(address, seq, io.stop)) {
    if (event.type === 'task.completed' && event.taskId === id) return;
    if (
      event.type !== 'task.merge_changed' ||
      event.taskId !== id ||
      event.merge.state !== 'refused'
    )
      continue;
    const files =
      event.merge.files.length > 0 ? `\n  ${event.merge.files.map(safeLine).join('\n  ')}` : '';
    throw new CliError(EXIT.failed, `not merged: ${safeLine(event.merge.message)}${files}`);
  }
}
