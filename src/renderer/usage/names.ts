/** What the groups of a usage table are called. Pure. */
import type { AccountInfo } from '../../shared/contract-accounts.ts';
import type { UsageGroup } from '../../shared/contract-usage.ts';
import { EngineKind } from '../../shared/domain/engine.ts';
import { AgentId } from '../../shared/ids.ts';
import { repoName } from '../format/repo.ts';
import type { Text } from '../i18n/en.ts';
import type { Data } from '../store/data.ts';

/** @param name `null`: all others; empty: nothing was named */
export function groupName(
  name: string | null,
  group: UsageGroup,
  { usage, engines }: Text,
  { live, accounts }: Pick<Data, 'live'> & { readonly accounts: readonly AccountInfo[] | null },
): string {
  if (name === null) return usage.others;
  if (name === '') return usage.unnamed[group];
  if (group === 'repo') return repoName(name);
  if (group === 'engine') {
    const kind = EngineKind.safeParse(name);
    return kind.success ? engines[kind.data] : name;
  }
  if (group === 'account') return accounts?.find(({ id }) => id === name)?.name ?? name;
  const id = AgentId.safeParse(name);
  return group === 'agent' && id.success ? (live.agents.get(id.data)?.name ?? name) : name;
}
