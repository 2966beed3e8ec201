/** The shell on an agent that was asked for from outside its screen, as the palette does. */
import { useApp, useData, useUi } from '../context.ts';
import type { UiState } from '../store/ui.ts';
import { selectAgent } from '../store/selectors.ts';
import { AgentShell } from './AgentShell.tsx';

const selectAskedShell = ({ askedShell }: UiState) => askedShell;

export function AskedShell() {
  const { ui } = useApp();
  const id = useUi(selectAskedShell);
  const agent = useData(selectAgent(id ?? undefined));
  return agent && <AgentShell agent={agent} close={() => ui.setState({ askedShell: null })} />;
}
