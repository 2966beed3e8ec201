/** Which engine does the thinking: what is ready is offered, with who speaks for it; what is not says how to get it. */
import { Checkbox, Input, TextInput } from '@mantine/core';
import { Link } from 'react-router';
import type { ChosenKind, EngineKind } from '../../shared/domain/engine.ts';
import { offersOf, usualEngine, type EngineOffer } from '../accounts/use-engines.ts';
import { CopyLine } from '../components/CopyLine.tsx';
import { useText } from '../context.ts';
import type { Text } from '../i18n/en.ts';
import type { NewTaskDraft } from './new-task.ts';

export interface EngineChoiceProps {
  readonly draft: NewTaskDraft;
  /** `null` until they are known. */
  readonly engines: readonly EngineOffer[] | null;
  readonly error: string | null;
  change(part: Partial<NewTaskDraft>): void;
}

export function EngineChoice({ draft, engines, change, error }: EngineChoiceProps) {
  const text = useText();
  const { form } = text.start;
  const kind: ChosenKind | null = draft.localOnly ? 'ollama' : draft.engine;
  const chosen = engines?.find((offer) => offer.kind === kind);
  const isOpen = kind === 'auto' || usualEngine(engines ?? []) === 'auto';
  return (
    <Input.Wrapper label={form.engine} description={form.engineHint}>
      <div className="engine-choice" role="radiogroup" aria-label={form.engine}>
        {isOpen && (
          <label className="engine-option">
            <input
              type="radio"
              name="engine"
              checked={kind === 'auto'}
              disabled={draft.localOnly}
              onChange={() => change({ engine: 'auto' })}
              data-testid="new-task-engine-auto"
            />
            <strong>{text.engines.auto}</strong>
            <small data-ready>{form.autoHint}</small>
          </label>
        )}
        {(engines ?? UNKNOWN).map((offer) => (
          <label key={offer.kind} className="engine-option">
            <input
              type="radio"
              name="engine"
              checked={kind === offer.kind}
              disabled={draft.localOnly}
              onChange={() => change({ engine: offer.kind })}
              data-testid={`new-task-engine-${offer.kind}`}
            />
            <strong>{text.engines[offer.kind]}</strong>
            <small
              data-ready={offer.isReady}
              title={offer.version === null ? undefined : (offer.why ?? undefined)}
            >
              {engines || offer.kind === 'command' ? noteOf(offer, text) : form.looking}
            </small>
          </label>
        ))}
      </div>
      {kind === 'command' && (
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
      {kind !== 'command' && chosen?.isReady === true && (
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
      {chosen?.isReady === false && <EngineHelp offer={chosen} />}
      <Checkbox
        mt={10}
        size="xs"
        label={form.localOnly}
        description={form.localOnlyHint}
        checked={draft.localOnly}
        onChange={(event) => change({ localOnly: event.currentTarget.checked })}
        data-testid="new-task-local-only"
      />
    </Input.Wrapper>
  );
}

/** Before anything is known of them. */
const UNKNOWN = offersOf([], []);
const INSTALL = {
  codex: 'npm install -g @openai/codex',
  opencode: 'npm install -g opencode-ai',
} as const;
const MONO = { input: { fontFamily: 'var(--kb-mono)', fontSize: 12 } };

function noteOf(
  { kind, isReady, version, account }: EngineOffer,
  { accounts, start }: Text,
): string {
  const { engine } = accounts;
  if (isReady) return account === null ? (version ?? start.form.ready) : engine.through(account);
  if (kind === 'anthropic') return engine.needsAccount;
  return version === null ? engine.missing : start.form.notReady;
}

function EngineHelp({ offer }: { readonly offer: EngineOffer }) {
  const { start, accounts } = useText();
  const { form } = start;
  const { kind, version } = offer;
  // Of one that is nowhere there is nothing more to say than how to get it.
  const why = version === null ? null : offer.why;
  if (kind === 'claude-code') {
    return (
      <div className="engine-help" data-testid="claude-help">
        <p>{why ?? form.noClaude}</p>
        <p>{form.howClaude}</p>
        <CopyLine text={form.claudeCommand} />
        <AddAccountLink kind={kind} />
      </div>
    );
  }
  return (
    <div className="engine-help" data-testid="engine-help">
      {why !== null && kind !== 'anthropic' && <p>{why}</p>}
      {kind !== 'command' && <p>{accounts.engine.help[kind]}</p>}
      {(kind === 'codex' || kind === 'opencode') && <CopyLine text={INSTALL[kind]} />}
      <AddAccountLink kind={kind} />
    </div>
  );
}

/** Whoever has an account here need not sign in anywhere else. */
function AddAccountLink({ kind }: { readonly kind: EngineKind }) {
  const { engine } = useText().accounts;
  if (kind === 'ollama') return null;
  return (
    <p>
      <Link to="/settings/accounts">{engine.addAccount}</Link>
    </p>
  );
}
