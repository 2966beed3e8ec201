/** Reads the file of a workflow: YAML, whose mistakes are told with their line. Pure. */
import { isMap, isNode, isScalar, LineCounter, parseDocument, type Document } from 'yaml';
import type { z } from 'zod';
import { WorkflowFile, workflowProblem } from '../../../shared/domain/workflow.ts';
import { rejection } from '../../../shared/errors.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';

type Path = readonly PropertyKey[];

export function readWorkflow(yaml: string): Result<WorkflowFile> {
  const counter = new LineCounter();
  const doc = parseDocument(yaml, { lineCounter: counter });
  const refuse = (line: number, message: string): Result<WorkflowFile> => {
    const fields = [{ path: 'yaml', message: `line ${line}: ${message}` }];
    return fail(rejection('invalid_input', `line ${line}: ${message}`, { fields, line }));
  };
  const [broken] = doc.errors;
  if (broken) {
    const [message = 'is not YAML'] = broken.message.split(' at line');
    return refuse(broken.linePos?.[0].line ?? 1, message);
  }
  const parsed = WorkflowFile.safeParse(doc.toJS({ maxAliasCount: 100 }));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    if (!issue) return refuse(1, 'is no workflow');
    const [line, message] = placeOf(issue, doc, counter);
    return refuse(line, message);
  }
  const problem = workflowProblem(parsed.data);
  if (!problem) return ok(parsed.data);
  return refuse(lineOf(doc, counter, problem.path), problem.message);
}

function placeOf(
  issue: z.core.$ZodIssue,
  doc: Document,
  counter: LineCounter,
): [line: number, message: string] {
  if (issue.code === 'unrecognized_keys') {
    const [key = ''] = issue.keys;
    return [lineOf(doc, counter, [...issue.path, key]), `"${key}" is not known here`];
  }
  const name = issue.path.findLast((part) => typeof part === 'string');
  const message = name === undefined ? issue.message : `${name}: ${issue.message}`;
  return [lineOf(doc, counter, issue.path), message];
}

/** Where the key at a path stands, or the nearest thing around it that is there. */
function lineOf(doc: Document, counter: LineCounter, path: Path): number {
  const key = path.at(-1);
  const around = path.length === 0 ? doc.contents : doc.getIn(path.slice(0, -1), true);
  const pair = isMap(around)
    ? around.items.find((item) => isScalar(item.key) && item.key.value === key)
    : undefined;
  const node = isNode(pair?.key)
    ? pair.key
    : path.length === 0
      ? doc.contents
      : doc.getIn(path, true);
  if (isNode(node) && node.range) return counter.linePos(node.range[0]).line;
  return path.length === 0 ? 1 : lineOf(doc, counter, path.slice(0, -1));
}
