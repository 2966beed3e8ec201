/** What keeps a task in the queue, with what is the matter with each agent. */
import type { Lack } from '../../../shared/domain/attempt.ts';
import type { Wait } from '../../../shared/domain/wait.ts';
import type { AgentId } from '../../../shared/ids.ts';
import { useNowAs } from '../../components/now.ts';
import { useData, useLanguage, useText } from '../../context.ts';
import { relative } from '../../format/time.ts';
import { selectAgentName } from '../../store/selectors.ts';
import { lackWords, waitWords } from '../reasons.ts';

export function WaitReason({ wait }: { readonly wait: Wait }) {
  const text = useText();
  const { reasons } = text;
  return (
    <>
      <p>{wait.code === 'models' ? <Held wait={wait} /> : waitWords(wait, text)}</p>
      {'agents' in wait && (
        <ul className="why-agents">
          {wait.agents.map(({ agentId, lack }) => (
            <Kept key={agentId} agentId={agentId} lack={lack} />
          ))}
          {wait.more > 0 && <li className="dim">{reasons.more(wait.more)}</li>}
        </ul>
      )}
    </>
  );
}

function Held({ wait }: { readonly wait: Extract<Wait, { code: 'models' }> }) {
  const { reasons, engines } = useText();
  const language = useLanguage();
  const { engine, why, until } = wait;
  const when = useNowAs((now) => (until === null ? null : relative(until, now, language)));
  return reasons.models[why](engine === 'auto' ? reasons.anyEngine : engines[engine], when);
}

function Kept({ agentId, lack }: { readonly agentId: AgentId; readonly lack: Lack }) {
  const text = useText();
  const name = useData(selectAgentName(agentId));
  return (
    <li>
      <strong>{name ?? agentId}</strong> {lackWords(lack, text)}
    </li>
  );
}
