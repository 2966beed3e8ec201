/** Importing over the API: a preview that changes nothing, and many tasks made at once, each by itself. */
import type { ImportResult } from '../../../shared/contract-import.ts';
import { OPERATIONS } from '../../../shared/contract.ts';
import type { NewTask } from '../../../shared/domain/task.ts';
import type { ImportedTask } from '../../../shared/import/payload.ts';
import { ok } from '../../../shared/result.ts';
import type { Accounts } from '../forge/github/accounts/port.ts';
import { inTurn } from '../forge/import/in-turn.ts';
import { previewImport } from '../forge/import/preview.ts';
import type { Forge } from '../forge/port.ts';
import type { ModelSupply } from '../gateway/models/port.ts';
import type { Journal, Receipt } from '../journal/port.ts';
import { receiptUnder, type Routes } from './rest.ts';
import { route, type RequestContext } from './route.ts';
import type { WorkshopSettings } from '../settings/settings.ts';
import { createTask, enginesOf } from './orders.ts';

export interface ImportDeps {
  readonly journal: Journal;
  readonly forge: Pick<Forge, 'inspect' | 'issues'>;
  readonly settings: Pick<WorkshopSettings, 'current'>;
  readonly github: { readonly accounts: Pick<Accounts, 'isSignedIn'> };
  readonly supply: Pick<ModelSupply, 'of'>;
}

type ImportRoutes = Pick<Routes, Extract<keyof Routes, `import.${string}`>>;

export function importRoutes(deps: ImportDeps): ImportRoutes {
  const isSignedIn = (host: string): boolean => deps.github.accounts.isSignedIn(host);
  return {
    'import.preview': route(OPERATIONS['import.preview'], async ({ payload }) =>
      ok(await previewImport(payload, { ...deps, isSignedIn })),
    ),
    'import.create': route(OPERATIONS['import.create'], async ({ items }, context) =>
      ok({ results: await createAll(items, context, deps) }),
    ),
  };
}

/** Looks at each repository once; then all that can be made is submitted in one turn, so that it shares one transaction. */
async function createAll(
  items: readonly ImportedTask[],
  { actor, receipt }: RequestContext,
  { journal, forge, settings, supply }: ImportDeps,
): Promise<ImportResult[]> {
  const orders = items.map(({ key, ...task }, index) => ({
    task,
    receipt: receiptOf(task, key ?? (receipt && `${receipt.key}/${index}`)),
  }));
  const open = orders.filter((one) => !(one.receipt && journal.answered(one.receipt)));
  const repos = new Map(open.map(({ task }) => [placeOf(task), task]));
  const looked = new Map(
    await inTurn([...repos], async ([place, { repo, base }]) => {
      const answer = await forge.inspect(repo, base ?? null);
      return [place, answer] as const;
    }),
  );
  const known: Pick<Forge, 'inspect'> = {
    inspect: async (repo, base) =>
      looked.get(placeOf({ repo, base })) ?? (await forge.inspect(repo, base)),
  };
  return await Promise.all(
    orders.map(async (one): Promise<ImportResult> => {
      const context = { actor, receipt: one.receipt, supply, engines: enginesOf(settings) };
      const made = await createTask(journal, known, one.task, context);
      if (!made.ok) return made;
      const { id, title, state } = made.value;
      return { ok: true, id, title, state };
    }),
  );
}

function receiptOf(task: NewTask, key: string | undefined): Receipt | undefined {
  return key === undefined ? undefined : receiptUnder(`import:${key}`, 'import.create', task);
}

function placeOf({ repo, base }: { repo: string; base?: string | null | undefined }): string {
  return `${base ?? ''}\n${repo}`;
}
