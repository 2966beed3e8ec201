/** One item: what becomes of it, to adjust; what is wrong with it, or which task it became. */
import {
  IconAlertTriangle,
  IconBrandGithub,
  IconCheck,
  IconCopy,
  IconGitPullRequest,
  IconNote,
  IconPointFilled,
} from '@tabler/icons-react';
import { Button } from '@mantine/core';
import type { KeyboardEvent } from 'react';
import { Link } from 'react-router';
import { modelOf, type ChosenKind } from '../../shared/domain/engine.ts';
import { PRIORITIES, Priority } from '../../shared/domain/task.ts';
import { useApp, useText } from '../context.ts';
import { webAddress } from '../task/pull/pull-state.ts';
import { engineOf, EngineOptions, REPOS_ID } from './ImportAll.tsx';
import { IssueNotes } from './IssueNotes.tsx';
import { isOpen, lackOf, type ForAll, type Row, type RowChange } from './rows.ts';

export interface ImportRowProps {
  readonly row: Row;
  readonly all: ForAll;
  readonly index: number;
  readonly top: number;
  readonly isBusy: boolean;
  measure(element: HTMLElement | null): void;
  /** Arrows in a field go to the same field of the next row. */
  move(event: KeyboardEvent<HTMLInputElement>): void;
  change(key: string, change: RowChange): void;
  close(): void;
}

export function ImportRow(props: ImportRowProps) {
  const { imports: words } = useText();
  const { row, all, index, top, isBusy, measure, move, change } = props;
  const { item, isTicked, title } = row;
  const canEdit = isOpen(row) && !isBusy;
  const set = (part: RowChange): void => change(row.key, part);
  const lack = isTicked ? lackOf(row, all) : null;
  const name = title || item.ref?.ref || item.text || words.untitled;
  return (
    <div
      className="import-row"
      role="row"
      aria-rowindex={index + 1}
      data-index={index}
      data-kind={item.kind}
      data-made={row.result?.ok === true}
      data-testid="import-row"
      ref={measure}
      style={{ transform: `translateY(${top}px)` }}
    >
      <span role="cell" className="import-tick">
        <Tick {...props} name={name} canEdit={canEdit} />
      </span>
      <div role="cell" className="import-what">
        {canEdit ? (
          <input
            className="import-input import-title"
            aria-label={words.titleOf(name)}
            aria-invalid={lack === 'title'}
            data-column="title"
            onKeyDown={move}
            value={title}
            maxLength={500}
            placeholder={item.ref?.ref ?? words.titlePlaceholder}
            onChange={(event) => set({ title: event.currentTarget.value, isTicked: true })}
            data-testid="import-title"
          />
        ) : (
          <span className="import-title clip" title={name}>
            {name}
          </span>
        )}
        <Notes row={row} close={props.close} />
      </div>
      {item.kind !== 'unknown' && <Fields {...props} canEdit={canEdit} lack={lack} name={name} />}
    </div>
  );
}

function Tick({
  row,
  index,
  name,
  canEdit,
  move,
  change,
}: ImportRowProps & { readonly name: string; readonly canEdit: boolean }) {
  const { imports: words } = useText();
  if (row.item.kind === 'unknown')
    return <IconAlertTriangle size={15} aria-label={words.notUnderstood} />;
  if (row.result?.ok === true) return <IconCheck size={15} aria-label={words.made} />;
  return (
    <input
      type="checkbox"
      aria-label={words.take(name)}
      data-column="tick"
      data-autofocus={index === 0 || undefined}
      onKeyDown={move}
      checked={row.isTicked}
      disabled={!canEdit}
      onChange={(event) => change(row.key, { isTicked: event.currentTarget.checked })}
      data-testid="import-tick"
    />
  );
}

/** Under the title: where it is from, what it is, what is wrong. */
function Notes({ row, close }: { readonly row: Row; readonly close: () => void }) {
  const { imports: words, states, callErrors } = useText();
  const { item, result } = row;
  const { file, line } = item.source;
  const { problem, duplicateOf } = item;
  return (
    <div className="import-notes">
      {result?.ok === true && (
        <Link
          className="import-made"
          to={`/tasks/${result.id}`}
          onClick={close}
          data-testid="import-made"
        >
          {result.id} · {states[result.state]}
        </Link>
      )}
      {result?.ok === false && (
        <span
          className="import-refused"
          role="alert"
          data-testid="import-refused"
          data-code={result.error.code}
        >
          <IconAlertTriangle size={13} aria-hidden="true" />
          {callErrors[result.error.code].title}: {result.error.message}
        </span>
      )}
      {item.ref && (
        <span className="import-ref" title={item.ref.url}>
          {item.kind === 'pull_request' ? (
            <IconGitPullRequest size={13} aria-label={words.kinds.pull_request} />
          ) : (
            <IconPointFilled size={11} aria-label={words.kinds.issue} />
          )}
          {item.ref.ref}
        </span>
      )}
      {(line === null ? file !== null && file !== item.text : file !== null || !item.ref) && (
        <span className="faint num">{words.from(file, line)}</span>
      )}
      {duplicateOf && result === null && (
        <Link
          className="import-twin"
          to={`/tasks/${duplicateOf.id}`}
          onClick={close}
          data-testid="import-twin"
        >
          <IconCopy size={13} aria-hidden="true" />
          {words.twin(duplicateOf.id, states[duplicateOf.state])}
        </Link>
      )}
      {item.kind === 'repository' && result === null && <PickFrom repo={row.repo} />}
      {problem && !duplicateOf && result === null && (
        <span
          className="import-problem"
          data-code={problem.code}
          data-testid="import-problem"
          title={problem.message}
        >
          {words.problems[problem.code]}
          {SAID.has(problem.code) && <span className="faint"> {problem.message}</span>}
        </span>
      )}
      {item.body.trim() !== '' && !item.ref && (
        <span className="faint" title={item.body.slice(0, 1_000)}>
          <IconNote size={13} aria-label={words.hasBody} />
        </span>
      )}
      <IssueNotes item={item} isOpen={result === null} />
    </div>
  );
}

/** A repository is mostly dropped for what is to be done in it. */
function PickFrom({ repo }: { readonly repo: string }) {
  const { github } = useText();
  const { ui } = useApp();
  if (webAddress(repo) === null) return null;
  return (
    <Button
      variant="subtle"
      size="compact-xs"
      leftSection={<IconBrandGithub size={13} />}
      onClick={() => ui.setState({ picking: { repo } })}
      data-testid="import-pick-from"
    >
      {github.pick.pickFrom}
    </Button>
  );
}

/** Problems whose particulars only the coordinator's words tell. */
const SAID: ReadonlySet<string> = new Set([
  'repo_problem',
  'wrong_field',
  'unknown_columns',
  'unreadable',
]);

interface FieldsProps extends ImportRowProps {
  readonly canEdit: boolean;
  readonly lack: ReturnType<typeof lackOf>;
  readonly name: string;
}

function Fields({ row, all, canEdit, lack, name, move, change }: FieldsProps) {
  const { imports: words, priorities } = useText();
  const set = (part: RowChange): void => change(row.key, part);
  const common = { className: 'import-input', disabled: !canEdit };
  return (
    <>
      <span role="cell">
        <input
          {...common}
          aria-label={words.fieldOf(words.columns.repo, name)}
          aria-invalid={lack === 'repo'}
          data-column="repo"
          onKeyDown={move}
          value={row.repo}
          title={row.repo}
          maxLength={2_000}
          placeholder={all.repo || words.repoPlaceholder}
          list={REPOS_ID}
          spellCheck={false}
          onChange={(event) => set({ repo: event.currentTarget.value })}
          data-testid="import-repo"
        />
      </span>
      <span role="cell">
        <select
          {...common}
          aria-label={words.fieldOf(words.columns.priority, name)}
          value={row.priority}
          onChange={(event) => set({ priority: Priority.parse(event.currentTarget.value) })}
          data-testid="import-priority"
        >
          {PRIORITIES.map((value) => (
            <option key={value} value={value}>
              {priorities[value]}
            </option>
          ))}
        </select>
      </span>
      <span role="cell">
        <select
          {...common}
          aria-label={words.fieldOf(words.columns.engine, name)}
          aria-invalid={lack === 'run'}
          value={row.engine}
          onChange={(event) => set({ engine: engineOf(event.currentTarget.value) })}
          data-testid="import-engine"
        >
          {row.item.engine && (
            <option value="own">{ownEngine(row.item.engine, words.engines)}</option>
          )}
          <option value="default">{words.engines.default}</option>
          <EngineOptions />
        </select>
      </span>
      <span role="cell">
        <input
          {...common}
          aria-label={words.fieldOf(words.columns.needs, name)}
          aria-invalid={lack === 'needs'}
          data-column="needs"
          onKeyDown={move}
          value={row.needs}
          maxLength={500}
          placeholder={all.needs || '–'}
          spellCheck={false}
          onChange={(event) => set({ needs: event.currentTarget.value })}
          data-testid="import-needs"
        />
      </span>
    </>
  );
}

function ownEngine(
  engine: NonNullable<Row['item']['engine']>,
  names: Readonly<Record<ChosenKind, string>>,
): string {
  const more = engine.kind === 'command' ? engine.run : modelOf(engine);
  return more === '' ? names[engine.kind] : `${names[engine.kind]}: ${more}`.slice(0, 60);
}
