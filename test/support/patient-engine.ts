/** An engine that a test lets end: it tells its process id, leaves half of its work, and prints numbered lines meanwhile. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { until } from '../faults/time.ts';

export interface PatientEngine {
  readonly spec: { readonly kind: 'command'; readonly run: string };
  /** Resolves with the process id of its newest run when that works. */
  working(): Promise<number>;
  /** Lets it end, now and whenever it is started again. */
  letGo(): void;
}

const START_MS = 60_000;

/** @param dir for its files; not the task's */
export function patientEngine(dir: string, exitCode = 0): PatientEngine {
  const pid = path.join(dir, 'engine.pid');
  const go = path.join(dir, 'engine.go');
  const steps = [
    'echo "pid $$"',
    '[ -e half.txt ] && echo resumed > resumed.txt',
    'echo half > half.txt',
    `echo $$ > ${pid}`,
    `i=0; until [ -e ${go} ]; do echo "step $i"; i=$((i + 1)); sleep 0.05; done`,
    'echo "steps $i"',
    'echo whole > whole.txt',
    `exit ${exitCode}`,
  ];
  return {
    spec: { kind: 'command', run: steps.join('; ') },
    async working() {
      const isThere = (): boolean => existsSync(pid) && readFileSync(pid, 'utf8').endsWith('\n');
      if (!(await until(isThere, START_MS, 20))) throw new Error('the engine does not start');
      return Number(readFileSync(pid, 'utf8'));
    },
    letGo: () => writeFileSync(go, ''),
  };
}

/** What a recording says of one run: its process ids, and whether each line is there once and in order. */
export function readPatient(text: string): { pids: number[]; isWhole: boolean } {
  const lines = text.split('\n').map((line) => line.trim());
  // After the last line, what is told of a failure repeats some of it.
  const last = lines.findIndex((line) => /^steps \d+$/.test(line));
  const numbers = (word: string): number[] =>
    lines.slice(0, last + 1).flatMap((line) => {
      const found = new RegExp(`^${word} (\\d+)$`).exec(line);
      return found ? [Number(found[1])] : [];
    });
  const printed = numbers('step');
  const [total] = numbers('steps');
  const isWhole = printed.length === total && printed.every((step, i) => step === i);
  return { pids: numbers('pid'), isWhole };
}
