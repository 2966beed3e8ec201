/** How busy the machine itself is. */
import type { Agent } from '../../shared/domain/agent.ts';
import { Meter } from '../components/Meter.tsx';
import { useCalmData, useText } from '../context.ts';
import { bytes, percent } from '../format/size.ts';
import { selectAgentVitals } from '../store/selectors.ts';

export function AgentLoad({ agent }: { readonly agent: Agent }) {
  const { agents } = useText();
  const vitals = useCalmData(selectAgentVitals(agent.id));
  if (!vitals || !agent.connected) return null;
  const { cpu, memoryUsedBytes, memoryBytes, diskFreeBytes } = vitals;
  return (
    <div className="tile-load">
      <Meter label={agents.cpu} share={cpu} value={`${percent(cpu)} %`} />
      <Meter
        label={agents.memory}
        share={memoryBytes === 0 ? 0 : memoryUsedBytes / memoryBytes}
        value={`${bytes(memoryUsedBytes)} / ${bytes(memoryBytes)}`}
      />
      <div className="tile-disk">
        <span className="dim">{agents.disk}</span>
        <span className="dim num">{agents.free(bytes(diskFreeBytes))}</span>
      </div>
    </div>
  );
}
