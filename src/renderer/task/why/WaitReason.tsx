/** What keeps a task in the queue, with what is the matter with each agent. */
import type { Lack } from '../../../shared/domain/attempt.ts';
import type { Wait } from '../../../shared/domain/wait.ts';
import type { AgentId } from '../../../shared/ids.ts';
import { useData, useText } from '../../context.ts';
import { selectAgentName } from '../../store/selectors.ts';
import { lackWords } from '../reasons.ts';

export function WaitReason({ wait }: { readonly wait: Wait }) {
  const { reasons } = useText();
  return (
    <>
      <p>{reasons.waits[wait.code]}</p>
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

function Kept({ agentId, lack }: { readonly agentId: AgentId; readonly lack: Lack }) {
  const text = useText();
  const name = useData(selectAgentName(agentId));
  return (
    <li>
      <strong>{name ?? agentId}</strong> {lackWords(lack, text)}
    </li>
  );
}
