/** The engines and tools found on a machine, with versions on hover. */
import { Tooltip } from '@mantine/core';
import type { Capabilities } from '../../shared/domain/agent.ts';
import { useText } from '../context.ts';

/** The rest is a number with a list on hover. */
const MOST_SHOWN = 10;

export function ToolList({ capabilities }: { readonly capabilities: Capabilities }) {
  const { agents, engines } = useText();
  const { tools } = capabilities;
  const rest = tools.slice(MOST_SHOWN);
  return (
    <div className="tools">
      {capabilities.engines.map((engine) => (
        <Tooltip
          key={engine.kind}
          label={engine.ready ? engine.version || agents.ready : (engine.why ?? '')}
        >
          <span className="tool tool-engine" data-ready={engine.ready}>
            {engines[engine.kind]}
          </span>
        </Tooltip>
      ))}
      {tools.slice(0, MOST_SHOWN).map((tool) => (
        <Tooltip key={tool.name} label={tool.version}>
          <span className="tool">{tool.name}</span>
        </Tooltip>
      ))}
      {rest.length > 0 && (
        <Tooltip label={rest.map(({ name }) => name).join(', ')} multiline maw={320}>
          <span className="tool">{agents.more(rest.length)}</span>
        </Tooltip>
      )}
    </div>
  );
}
