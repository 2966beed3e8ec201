/**
 * The tasks of a page's thread as Chromium's own trace has them, with the processor time each took: on a busy machine a task that
 * waits for its turn looks long, and says nothing about the page.
 */
import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import type { Window } from './ui-page.ts';

export interface Tasks {
  /** The longest of them, in ms of processor time. */
  readonly worst: number;
  /** How many took more than 50 ms of it. */
  readonly long: number;
}

const Trace = z.object({
  traceEvents: z.array(
    z.object({
      pid: z.number(),
      tid: z.number(),
      name: z.string(),
      /** In µs of processor time. */
      tdur: z.number().optional(),
      /** Of the events that name threads. */
      args: z.object({ name: z.unknown().optional() }).optional(),
    }),
  ),
});

const LONG_US = 50_000;

/** @param dir a scratch folder; the answer ends the trace */
export async function traceTasks({ app, pid }: Window, dir: string): Promise<() => Promise<Tasks>> {
  await app.evaluate(async ({ contentTracing }) => {
    const only = { included_categories: ['toplevel', '__metadata'], excluded_categories: ['*'] };
    await contentTracing.startRecording(only);
  });
  return async () => {
    const file = path.join(dir, 'trace.json');
    await app.evaluate(({ contentTracing }, to) => contentTracing.stopRecording(to), file);
    const { traceEvents } = Trace.parse(JSON.parse(readFileSync(file, 'utf8')));
    rmSync(file);
    const own = traceEvents.filter((event) => event.pid === pid);
    const main = own.find(({ args }) => args?.name === 'CrRendererMain');
    const spent = own
      .filter(({ tid, name }) => tid === main?.tid && name === 'ThreadControllerImpl::RunTask')
      .flatMap(({ tdur }) => tdur ?? []);
    if (spent.length === 0) throw new Error('the trace tells no processor time of the page');
    return {
      worst: Math.max(0, ...spent) / 1_000,
      long: spent.filter((us) => us > LONG_US).length,
    };
  };
}
