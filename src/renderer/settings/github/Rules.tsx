/** The rules by which issues become tasks by themselves: shown, edited, and saved as a whole. */
import { ActionIcon, Button, NativeSelect, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useCallback, useEffect, useState } from 'react';
import { MOST_RULES } from '../../../shared/github-rules.ts';
import type { OutputOf } from '../../../shared/contract.ts';
import type { CallError } from '../../client/call.ts';
import { ErrorNote } from '../../components/ErrorNote.tsx';
import { useCall } from '../../components/use-call.ts';
import { useApp, useText } from '../../context.ts';
import { draftOf, ruleOf, type RuleDraft } from './rule-drafts.ts';

export function Rules() {
  const { rules: words } = useText().githubSync;
  const { view, drafts, error, isSaving, setDrafts, discard, save, isChanged, isSaved } =
    useRules();
  const [hasTried, setTried] = useState(false);
  if (!view) return error && <ErrorNote error={error} />;
  const isWrong = drafts.some((draft) => ruleOf(draft) === null);
  const change = (key: string, part: Partial<RuleDraft>): void =>
    setDrafts(drafts.map((draft) => (draft.key === key ? { ...draft, ...part } : draft)));
  const add = (): void =>
    setDrafts([
      ...drafts,
      { key: crypto.randomUUID(), kind: 'repo', where: '', label: 'koubou', assignee: '' },
    ]);
  return (
    <section
      className="github-part panel"
      aria-labelledby="github-rules"
      data-testid="github-rules"
    >
      <h3 id="github-rules">{words.title}</h3>
      <p className="dim">{words.lead}</p>
      {drafts.length === 0 && <p className="faint">{words.none}</p>}
      <ul className="github-rules">
        {drafts.map((draft, index) => (
          <RuleRow
            key={draft.key}
            draft={draft}
            n={index + 1}
            isWrong={hasTried && ruleOf(draft) === null}
            change={(part) => change(draft.key, part)}
            remove={() => setDrafts(drafts.filter(({ key }) => key !== draft.key))}
          />
        ))}
      </ul>
      {hasTried && isWrong && (
        <p className="github-trouble" role="alert">
          {words.wrong}
        </p>
      )}
      {error && <ErrorNote error={error} />}
      <div className="github-buttons">
        <span className="dim" role="status">
          {isSaved && !isChanged ? words.saved : ''}
        </span>
        <Button
          variant="default"
          leftSection={<IconPlus size={14} />}
          disabled={drafts.length >= MOST_RULES}
          onClick={add}
          data-testid="rule-add"
        >
          {words.add}
        </Button>
        {isChanged && (
          <>
            <Button variant="default" onClick={discard}>
              {words.discard}
            </Button>
            <Button
              loading={isSaving}
              onClick={() => {
                setTried(true);
                if (!isWrong) void save();
              }}
              data-testid="rules-save"
            >
              {words.save}
            </Button>
          </>
        )}
      </div>
    </section>
  );
}

interface RuleRowProps {
  readonly draft: RuleDraft;
  readonly n: number;
  readonly isWrong: boolean;
  change(part: Partial<RuleDraft>): void;
  remove(): void;
}

function RuleRow({ draft, n, isWrong, change, remove }: RuleRowProps) {
  const { rules: words } = useText().githubSync;
  const { kind, where, label, assignee } = draft;
  const named = (name: string): string => `${words.rule(n)}: ${name}`;
  return (
    <li data-testid="rule" aria-label={words.rule(n)}>
      <NativeSelect
        aria-label={named(words.kind)}
        value={kind}
        data={[
          { value: 'repo', label: words.kinds.repo },
          { value: 'query', label: words.kinds.query },
        ]}
        onChange={({ currentTarget }) =>
          change({ kind: currentTarget.value === 'query' ? 'query' : 'repo' })
        }
      />
      <TextInput
        className="github-rule-where"
        aria-label={named(words.kinds[kind])}
        placeholder={words.where[kind]}
        value={where}
        error={isWrong}
        maxLength={500}
        spellCheck={false}
        onChange={(event) => change({ where: event.currentTarget.value })}
        data-testid="rule-where"
      />
      <TextInput
        aria-label={named(words.label)}
        placeholder={`${words.label}: ${words.any}`}
        value={label}
        maxLength={100}
        spellCheck={false}
        onChange={(event) => change({ label: event.currentTarget.value })}
        data-testid="rule-label"
      />
      <TextInput
        aria-label={named(words.assignee)}
        placeholder={`${words.assignee}: ${words.any}`}
        value={assignee}
        maxLength={70}
        spellCheck={false}
        onChange={(event) => change({ assignee: event.currentTarget.value })}
      />
      <ActionIcon onClick={remove} aria-label={words.remove(n)} title={words.remove(n)}>
        <IconTrash size={15} />
      </ActionIcon>
    </li>
  );
}

type RulesView = OutputOf<'github.rules'>;

/** The rules as the coordinator has them, what is typed of them, and saving it. */
function useRules() {
  const { session } = useApp();
  const saving = useCall('github.set_rules');
  const [view, setView] = useState<RulesView | null>(null);
  const [typed, setTyped] = useState<readonly RuleDraft[] | null>(null);
  const [drafts, setDrafts] = useState<readonly RuleDraft[]>([]);
  const [failure, setFailure] = useState<CallError | null>(null);
  const [isSaved, setSaved] = useState(false);
  const show = useCallback((next: RulesView): void => {
    setView(next);
    setTyped(null);
    setDrafts(next.rules.map((rule) => draftOf(rule, crypto.randomUUID())));
  }, []);
  useEffect(() => {
    let isCurrent = true;
    void session.api.call('github.rules', {}).then((answer) => {
      if (!isCurrent) return;
      if (answer.ok) show(answer.value);
      setFailure(answer.ok ? null : answer.error);
    });
    return () => {
      isCurrent = false;
    };
  }, [session, show]);
  return {
    view,
    drafts: typed ?? drafts,
    isChanged: typed !== null,
    isSaved,
    isSaving: saving.isBusy,
    error: saving.error ?? failure,
    setDrafts: setTyped,
    discard: () => setTyped(null),
    async save(): Promise<void> {
      const rules = (typed ?? drafts).flatMap((draft) => ruleOf(draft) ?? []);
      const saved = view && (await saving.run({ etag: view.etag, rules }));
      if (!saved) return;
      show(saved);
      setSaved(true);
    },
  };
}
