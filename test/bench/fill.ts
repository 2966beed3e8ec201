/** Fills the log of a workshop with tasks that wait, without a coordinator. */
import { openWorkshopJournal } from './open-journal.ts';

const LINES = 20;
const AT_ONCE = 1_000;

/** Tasks that wait for machines nobody has, in several lines. @param count a multiple of 1,000 */
export async function fillQueue(dir: string, repo: string, count: number): Promise<void> {
  const journal = openWorkshopJournal(dir);
  for (let done = 0; done < count; done += AT_ONCE) {
    await Promise.all(
      Array.from({ length: AT_ONCE }, async (_, i) => {
        const created = await journal.submit(
          {
            type: 'task.create',
            title: `Waiting ${done + i}`,
            body: '',
            repo: { url: repo, base: 'main' },
            priority: 'normal',
            engine: { kind: 'command', run: 'true' },
            needs: [`machine-${(done + i) % LINES}`],
            after: [],
            at: null,
          },
          { actor: 'bench' },
        );
        const event = created.ok ? created.value.events[0]?.event : undefined;
        if (event?.type !== 'task.created') throw new Error('not created');
        await journal.submit(
          { type: 'task.analyse', taskId: event.taskId, specialty: 'general' },
          { actor: 'bench' },
        );
      }),
    );
  }
  await journal.close();
}
