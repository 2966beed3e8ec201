/** An agent by its name. */
import { IconServer2 } from '@tabler/icons-react';
import type { AgentId } from '../../shared/ids.ts';
import { useData } from '../context.ts';
import { selectAgentName } from '../store/selectors.ts';

export function AgentName({ id }: { readonly id: AgentId }) {
  const name = useData(selectAgentName(id));
  return (
    <span className="agent-name clip">
      <IconServer2 size={13} aria-hidden="true" />
      <span className="clip">{name}</span>
    </span>
  );
}
