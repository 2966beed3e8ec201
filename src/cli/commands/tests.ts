/** `koubou tasks tests`: what the tests of the newest attempt said, failures with their output. */
import { OPERATIONS } from '../../shared/contract.ts';
import type { TestCase } from '../../shared/test-output/cases.ts';
import { caseKey } from '../../shared/test-output/compare.ts';
import type { TaskId } from '../../shared/ids.ts';
import { writeJson, writeLine, type CliIo } from '../io.ts';
import { duration, paint } from '../print.ts';
import { safeLine, safeText } from '../safe-text.ts';
import type { Session } from '../session.ts';

export async function printTests({ io, client, json }: Session, id: TaskId): Promise<void> {
  const tests = await client.call(OPERATIONS['attempts.tests'], { id });
  if (json) return await writeJson(io, tests);
  const { summary, report } = tests;
  if (!summary && !report) return await writeLine(io, 'there are no tests yet');
  if (summary?.outcome === 'skipped') {
    return await writeLine(io, `not tested: ${safeLine(summary.why)}`);
  }
  if (summary) {
    const { command, exitCode, durationMs } = summary;
    const how = `exit ${exitCode}, ${duration(durationMs)}`;
    await writeLine(io, `${paint(io, 'bold', safeLine(command))}: ${how}`);
  }
  if (!report || report.format === null) {
    return await writeLine(
      io,
      `its output is not understood case by case: koubou tasks logs ${id}`,
    );
  }
  const { passed, failed, skipped, cases } = report;
  await writeLine(io, `${failed} failed, ${passed} passed, ${skipped} skipped`);
  for (const found of cases) {
    if (found.outcome === 'failed') await writeLine(io, failureText(io, found));
  }
}

function failureText(io: CliIo, found: TestCase): string {
  const head = paint(io, 'red', `✗ ${safeLine(caseKey(found))}`);
  const output = safeText(found.output ?? '', false).trimEnd();
  return output === '' ? head : `${head}\n  ${output.replaceAll('\n', '\n  ')}`;
}
