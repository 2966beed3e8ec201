/** Gathers the steps that are asked for in one turn of the event loop, and sends them as one script, in their order. */
import { z } from 'zod';
import type { SiteId } from '../../../../shared/ids.ts';
import type { Connection } from './connection.ts';
import { JOB_KEYS, STEPS, type StepName } from './job-scripts.ts';
import { PREFIX } from './keys.ts';
import { run } from './script.ts';

/** More steps go in several scripts: Redis does nothing else while one runs. */
const AT_ONCE = 250;

const Answers = z.array(
  z.union([z.tuple([z.literal(1)]).rest(z.unknown()), z.tuple([z.literal(0), z.string()])]),
);

/** Answers with what the step returns: check it. Throws `SharedQueueError` alone. */
export type RunStep = (name: StepName, args: readonly (string | number)[]) => Promise<unknown>;

interface Pending {
  readonly words: readonly (string | number)[];
  readonly answer: PromiseWithResolvers<unknown>;
}

export function gatherSteps({ ask }: Connection, site: SiteId): RunStep {
  let pending: Pending[] = [];

  async function send(some: readonly Pending[]): Promise<void> {
    const words = some.flatMap((one) => one.words);
    try {
      const answer = await ask((client) => run(client, STEPS, JOB_KEYS, [PREFIX, site, ...words]));
      const answers = Answers.parse(answer);
      some.forEach((one, index) => {
        const [isDone, value] = answers[index] ?? [0, 'Redis left out an answer'];
        // Said in the words for people there, as what the whole script is refused for.
        if (isDone === 0) one.answer.resolve(ask(() => Promise.reject(new Error(value))));
        else one.answer.resolve(value);
      });
    } catch (error) {
      for (const one of some) one.answer.reject(error);
    }
  }

  return (name, args) => {
    const answer = Promise.withResolvers<unknown>();
    if (pending.length === 0)
      queueMicrotask(() => {
        const all = pending;
        pending = [];
        for (let at = 0; at < all.length; at += AT_ONCE) void send(all.slice(at, at + AT_ONCE));
      });
    pending.push({ words: [name, args.length, ...args], answer });
    return answer.promise;
  };
}
