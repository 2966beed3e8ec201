/** What holds for all: set once, for every row that is ticked, or where a row says nothing. */
import { Checkbox } from '@mantine/core';
import { ENGINE_KINDS, EngineKind } from '../../shared/domain/engine.ts';
import { PRIORITIES, Priority } from '../../shared/domain/task.ts';
import { useText } from '../context.ts';
import { useKnownRepos } from './use-known-repos.ts';
import { isOpen, sharedBy, type RowEngine } from './rows.ts';
import type { Import } from './use-import.ts';

export const REPOS_ID = 'import-repos';

export function ImportAll({ sheet }: { readonly sheet: Import }) {
  const { imports: words, priorities } = useText();
  const repos = useKnownRepos();
  const { rows, all } = sheet;
  const open = rows.filter(isOpen);
  const ticked = open.filter(({ isTicked }) => isTicked).length;
  const needsRun = open.some(({ isTicked, engine }) => isTicked && engine === 'command');
  const priority = sharedBy(rows, (row) => row.priority);
  const engine = sharedBy(rows, (row) => row.engine);
  return (
    <fieldset className="import-all">
      <legend className="import-hidden">{words.forAll}</legend>
      <Checkbox
        size="xs"
        label={words.tickAll}
        checked={ticked > 0 && ticked === open.length}
        indeterminate={ticked > 0 && ticked < open.length}
        onChange={(event) => sheet.tickAll(event.currentTarget.checked)}
        data-testid="import-tick-all"
      />
      <label className="import-field import-field-wide">
        <span>{words.columns.repo}</span>
        <input
          className="import-input"
          value={all.repo}
          maxLength={2_000}
          placeholder={words.repoForAll}
          list={REPOS_ID}
          spellCheck={false}
          onChange={(event) => sheet.setAll({ repo: event.currentTarget.value })}
          data-testid="import-all-repo"
        />
        <datalist id={REPOS_ID}>
          {repos.map((repo) => (
            <option key={repo} value={repo}>
              {repo}
            </option>
          ))}
        </datalist>
      </label>
      <label className="import-field">
        <span>{words.columns.priority}</span>
        <select
          className="import-input"
          value={priority ?? ''}
          disabled={ticked === 0}
          onChange={(event) =>
            sheet.changeTicked({ priority: Priority.parse(event.currentTarget.value) })
          }
          data-testid="import-all-priority"
        >
          {priority === null && (
            <option value="" disabled>
              {words.mixed}
            </option>
          )}
          {PRIORITIES.map((value) => (
            <option key={value} value={value}>
              {priorities[value]}
            </option>
          ))}
        </select>
      </label>
      <label className="import-field">
        <span>{words.columns.engine}</span>
        <select
          className="import-input"
          value={engine ?? ''}
          disabled={ticked === 0}
          onChange={(event) => sheet.changeTicked({ engine: engineOf(event.currentTarget.value) })}
          data-testid="import-all-engine"
        >
          {(engine === null || engine === 'own') && (
            <option value={engine ?? ''} disabled>
              {words.mixed}
            </option>
          )}
          <option value="default">{words.engines.default}</option>
          <EngineOptions />
        </select>
      </label>
      <label className="import-field">
        <span>{words.columns.needs}</span>
        <input
          className="import-input"
          value={all.needs}
          maxLength={500}
          placeholder={words.needsPlaceholder}
          spellCheck={false}
          onChange={(event) => sheet.setAll({ needs: event.currentTarget.value })}
          data-testid="import-all-needs"
        />
      </label>
      {needsRun && (
        <label className="import-field import-field-line">
          <span>{words.run}</span>
          <input
            className="import-input mono"
            value={all.run}
            placeholder={words.runPlaceholder}
            spellCheck={false}
            onChange={(event) => sheet.setAll({ run: event.currentTarget.value })}
            data-testid="import-run"
          />
        </label>
      )}
    </fieldset>
  );
}

export function engineOf(value: string): RowEngine {
  const kind = EngineKind.safeParse(value);
  if (kind.success) return kind.data;
  return value === 'own' ? value : 'default';
}

/** All kinds of engines, to choose one by its name. */
export function EngineOptions() {
  const { engines } = useText().imports;
  return ENGINE_KINDS.map((kind) => (
    <option key={kind} value={kind}>
      {engines[kind]}
    </option>
  ));
}
