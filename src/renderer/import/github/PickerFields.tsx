/** Where and what is searched: a repository by its name, words in GitHub's syntax, and the fields people filter by most. */
import { Autocomplete } from '@mantine/core';
import { useCallback } from 'react';
import type { GitHubRepository } from '../../../shared/contract-github-issues.ts';
import { useApp, useText } from '../../context.ts';
import type { Fields } from './question.ts';
import { usePages, type AskPage } from './use-pages.ts';

export interface PickerFieldsProps {
  readonly repo: string;
  setRepo(repo: string): void;
  readonly fields: Fields;
  setFields(fields: Fields): void;
}

export function PickerFields({ repo, setRepo, fields, setFields }: PickerFieldsProps) {
  const { pick: words } = useText().github;
  const small = (name: 'label' | 'assignee' | 'milestone') => (
    <label className="import-field">
      <span>{words[name]}</span>
      <input
        className="import-input"
        value={fields[name]}
        maxLength={100}
        spellCheck={false}
        onChange={(event) => setFields({ ...fields, [name]: event.currentTarget.value })}
        data-testid={`pick-${name}`}
      />
    </label>
  );
  return (
    <div className="picker-fields">
      <RepoField repo={repo} setRepo={setRepo} />
      <input
        className="import-input picker-words"
        aria-label={words.search}
        placeholder={words.searchHint}
        value={fields.words}
        maxLength={400}
        spellCheck={false}
        onChange={(event) => setFields({ ...fields, words: event.currentTarget.value })}
        data-testid="pick-words"
      />
      {small('label')}
      {small('assignee')}
      {small('milestone')}
    </div>
  );
}

function RepoField({ repo, setRepo }: Pick<PickerFieldsProps, 'repo' | 'setRepo'>) {
  const { pick: words } = useText().github;
  const { session } = useApp();
  // What was chosen is whole: all are offered beside it, to choose another.
  const q = /^https?:/i.test(repo) ? '' : repo;
  const ask = useCallback<AskPage<GitHubRepository>>(
    async (cursor) => {
      const answer = await session.api.call('github.repositories', {
        q,
        ...(cursor !== undefined && { cursor }),
      });
      if (!answer.ok) return answer;
      const { repositories, nextCursor } = answer.value;
      return { ok: true, value: { items: repositories, total: repositories.length, nextCursor } };
    },
    [session, q],
  );
  const { items, error } = usePages(ask);
  const names = [...new Set(items.map(({ url }) => url))];
  return (
    <Autocomplete
      className="picker-repo"
      aria-label={words.findRepo}
      placeholder={words.findRepo}
      value={repo}
      data={names}
      filter={({ options }) => options}
      limit={50}
      maxDropdownHeight={320}
      spellCheck={false}
      autoComplete="off"
      data-autofocus
      {...(error && { error: error.message })}
      renderOption={({ option }) => {
        const found = items.find(({ url }) => url === option.value);
        return (
          <span className="picker-option">
            <span className="clip">{found?.name ?? option.value}</span>
            <span className="faint num">
              {found?.isPrivate === true && `${words.private} · `}
              {found?.openIssues}
            </span>
          </span>
        );
      }}
      onChange={(value) => setRepo(value.trim())}
      data-testid="pick-repo"
    />
  );
}
