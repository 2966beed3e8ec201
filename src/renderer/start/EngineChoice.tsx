/** Which engine does the thinking: what is ready is offered, what is not says how to get it. */
import { Input, TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { StartInfo } from '../../shared/contract.ts';
import { ENGINE_KINDS, type EngineKind } from '../../shared/domain/engine.ts';
import { CopyLine } from '../components/CopyLine.tsx';
import { useApp, useText } from '../context.ts';
import type { Live } from '../store/live.ts';
import type { NewTaskDraft } from './new-task.ts';

export interface EngineChoiceProps {
  readonly draft: NewTaskDraft;
  readonly error: string | null;
  change(part: Partial<NewTaskDraft>): void;
}

export function EngineChoice({ draft, change, error }: EngineChoiceProps) {
  const { engines: names, start } = useText();
  const { form } = start;
  const engines = useEngines();
  const claude = engines?.find(({ kind }) => kind === 'claude-code');
  const note = (kind: EngineKind): { text: string; isReady: boolean } => {
    if (kind === 'command') return { text: form.ready, isReady: true };
    if (!engines) return { text: form.looking, isReady: false };
    if (!claude?.ready) return { text: form.notReady, isReady: false };
    return { text: claude.version ?? form.ready, isReady: true };
  };
  return (
    <Input.Wrapper label={form.engine} description={form.engineHint}>
      <div className="engine-choice" role="radiogroup" aria-label={form.engine}>
        {ENGINE_KINDS.map((kind) => (
          <label key={kind} className="engine-option">
            <input
              type="radio"
              name="engine"
              checked={draft.engine === kind}
              onChange={() => change({ engine: kind })}
              data-testid={`new-task-engine-${kind}`}
            />
            <strong>{names[kind]}</strong>
            <small data-ready={note(kind).isReady}>{note(kind).text}</small>
          </label>
        ))}
      </div>
      {draft.engine === 'command' && (
        <TextInput
          mt={10}
          aria-label={form.command}
          description={form.commandHint}
          inputWrapperOrder={['input', 'description', 'error']}
          placeholder={form.commandPlaceholder}
          value={draft.run}
          error={error}
          spellCheck={false}
          styles={MONO}
          onChange={(event) => change({ run: event.currentTarget.value })}
          data-testid="new-task-run"
        />
      )}
      {draft.engine === 'claude-code' && claude?.ready === true && (
        <TextInput
          mt={10}
          aria-label={form.model}
          leftSection={<span className="engine-model">{form.model}</span>}
          leftSectionWidth={64}
          placeholder={form.modelPlaceholder}
          value={draft.model}
          maxLength={100}
          spellCheck={false}
          onChange={(event) => change({ model: event.currentTarget.value })}
          data-testid="new-task-model"
        />
      )}
      {draft.engine === 'claude-code' && claude?.ready === false && <ClaudeHelp why={claude.why} />}
    </Input.Wrapper>
  );
}

const MONO = { input: { fontFamily: 'var(--kb-mono)', fontSize: 12 } };

function ClaudeHelp({ why }: { readonly why: string | null }) {
  const { form } = useText().start;
  return (
    <div className="engine-help" data-testid="claude-help">
      <p>{why ?? form.noClaude}</p>
      <p>{form.howClaude}</p>
      <CopyLine text={form.claudeCommand} />
    </div>
  );
}

/** Asked anew whenever an agent comes or goes: engines are found on agents. */
function useEngines(): StartInfo['engines'] | null {
  const { session, data } = useApp();
  const [engines, setEngines] = useState<StartInfo['engines'] | null>(null);
  useEffect(() => {
    let isCurrent = true;
    const ask = async (): Promise<void> => {
      const answer = await session.api.call('start.get', {});
      if (isCurrent && answer.ok) setEngines(answer.value.engines);
    };
    void ask();
    const stop = data.subscribe(({ live }, before) => {
      if (connected(live) !== connected(before.live)) void ask();
    });
    return () => {
      isCurrent = false;
      stop();
    };
  }, [session, data]);
  return engines;
}

function connected({ agents }: Live): number {
  return [...agents.values()].filter((agent) => agent.connected).length;
}
