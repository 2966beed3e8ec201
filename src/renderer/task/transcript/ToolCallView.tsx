/** A call of a tool in one line (what, about what, how it ended), with its input and output behind it. */
import {
  IconEdit,
  IconFileText,
  IconListCheck,
  IconRobot,
  IconSearch,
  IconTerminal2,
  IconTool,
  IconWorld,
  type Icon,
} from '@tabler/icons-react';
import type { ToolCall } from '../../../shared/transcript/entry.ts';
import { useText } from '../../context.ts';
import { Fold } from './Fold.tsx';
import { WordsView } from './WordsView.tsx';

const ICONS: Readonly<Record<string, Icon>> = {
  Bash: IconTerminal2,
  Read: IconFileText,
  Edit: IconEdit,
  MultiEdit: IconEdit,
  Write: IconEdit,
  NotebookEdit: IconEdit,
  Grep: IconSearch,
  Glob: IconSearch,
  WebFetch: IconWorld,
  WebSearch: IconWorld,
  Task: IconRobot,
  TodoWrite: IconListCheck,
};

export interface ToolCallViewProps {
  readonly call: ToolCall;
  readonly n: number;
  readonly isOpen: boolean;
  onToggle(n: number): void;
}

export function ToolCallView({ call, n, isOpen, onToggle }: ToolCallViewProps) {
  const { transcript: text } = useText().review;
  const ToolIcon = ICONS[call.tool] ?? IconTool;
  const { result, lines } = call;
  return (
    <Fold
      isOpen={isOpen}
      onToggle={() => onToggle(n)}
      summary={
        <>
          <ToolIcon size={14} aria-hidden="true" className="entry-icon" />
          <span className="entry-tool">{call.tool}</span>
          <span className="entry-subject mono clip">{withoutTree(call.subject)}</span>
          {lines && (
            <span className="change-size num">
              {lines.added > 0 && <span className="change-added">+{lines.added}</span>}
              {lines.removed > 0 && <span className="change-removed">−{lines.removed}</span>}
            </span>
          )}
          <ToolState call={call} />
        </>
      }
    >
      <span className="entry-label">{text.input}</span>
      <WordsView words={call.input} label={text.input} />
      {result && (
        <>
          <span className="entry-label">{text.output}</span>
          {result.text === '' ? (
            <p className="faint">{text.noOutput}</p>
          ) : (
            <WordsView words={result} label={text.output} />
          )}
        </>
      )}
    </Fold>
  );
}

function ToolState({ call: { tool, result } }: { readonly call: ToolCall }) {
  const { transcript: text } = useText().review;
  if (!result) return <span className="entry-state">{text.running}</span>;
  if (result.isError) {
    const said = result.exitCode === null ? text.failed : text.exit(result.exitCode);
    return (
      <span className="entry-state" data-state="failed">
        {said}
      </span>
    );
  }
  return (
    <span className="entry-state" data-state="done">
      {tool === 'Bash' ? text.exit(0) : text.done}
    </span>
  );
}

/** The folder of the attempt's work tree says nothing: paths are told from there. */
function withoutTree(subject: string): string {
  return subject.replaceAll(/\S*\/tasks\/task-\d+\.\d+\/repo\//g, '');
}
