/** Every sign-in that work depends on, as one list: model accounts, GitHub, and engines on agents' own hosts. Pure. */
import type { AccountInfo, SessionInfo } from '../../../shared/contract-accounts.ts';
import type { GitHubAccount } from '../../../shared/contract-github.ts';
import type { Agent } from '../../../shared/domain/agent.ts';
import type { EngineKind } from '../../../shared/domain/engine.ts';

export function allSessions(
  accounts: readonly AccountInfo[],
  forge: readonly GitHubAccount[],
  agents: readonly Agent[],
): SessionInfo[] {
  return [...accounts.map(ofModels), ...forge.map(ofForge), ...agents.flatMap(ofEngines)];
}

function ofModels(account: AccountInfo): SessionInfo {
  const { id, name, baseUrl, state, message, since, checkedAt } = account;
  const nobody = { agentId: null, engine: null };
  return { kind: 'model', id, name, where: baseUrl, ...nobody, state, message, since, checkedAt };
}

function ofForge({ id, login, url, state, message, checkedAt }: GitHubAccount): SessionInfo {
  const nobody = { agentId: null, engine: null };
  const is = { ok: 'good', revoked: 'signed_out', unreachable: 'unreachable' } as const;
  const how = { state: is[state], message, since: null, checkedAt };
  return { kind: 'forge', id, name: login, where: url, ...nobody, ...how };
}

/** Those that sign in by themselves somewhere. */
const SIGNS_IN: ReadonlySet<EngineKind> = new Set<EngineKind>(['claude-code', 'codex', 'opencode']);

function ofEngines({ id, name, capabilities, since }: Agent): SessionInfo[] {
  return capabilities.engines
    .filter(({ kind }) => SIGNS_IN.has(kind))
    .map(({ kind, ready, why }) => ({
      ...{ kind: 'engine' as const, id: `${id}/${kind}`, name: kind, where: name },
      ...{ agentId: id, engine: kind, state: ready ? 'good' : 'signed_out', message: why },
      ...{ since, checkedAt: null },
    }));
}
