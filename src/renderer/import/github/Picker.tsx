/** Picks issues at GitHub for the import sheet: by repository, by GitHub's own search, by label, assignee and milestone. */
import { Button, Loader } from '@mantine/core';
import { IconBrandGithub } from '@tabler/icons-react';
import { useCallback, useMemo, useState } from 'react';
import { Link } from 'react-router';
import type { FoundIssue } from '../../../shared/contract-github-issues.ts';
import { Empty } from '../../components/Empty.tsx';
import { ErrorNote } from '../../components/ErrorNote.tsx';
import { useApp, useText } from '../../context.ts';
import { useAccounts } from '../../github/use-accounts.ts';
import { IssueList } from './IssueList.tsx';
import './picker.css';
import { PickerFields } from './PickerFields.tsx';
import { isWholeRepo, NO_FIELDS, queryOf, type Fields } from './question.ts';
import { all, isTicked, NO_TICKS, toggled } from './ticks.ts';
import { usePages, type AskPage, type Pages } from './use-pages.ts';
import { useTwins } from './use-twins.ts';

export interface PickerProps {
  /** The repository to begin with; empty: none. */
  readonly repo: string;
  /** Their addresses, to be read by the sheet. */
  take(urls: readonly string[]): void;
  close(): void;
}

export function Picker({ repo: first, take, close }: PickerProps) {
  const { github } = useText();
  const { accounts } = useAccounts();
  const [repo, setRepo] = useState(first.replace(/\.git$/i, ''));
  const [fields, setFields] = useState<Fields>(NO_FIELDS);
  const pages = usePages(useQuestion(repo, queryOf(fields)));
  if (accounts?.length === 0) {
    return (
      <Empty icon={<IconBrandGithub size={26} />} title={github.pick.signedOut}>
        <Button component={Link} to="/settings/github" onClick={close} data-testid="pick-sign-in">
          {github.signIn}
        </Button>
      </Empty>
    );
  }
  return (
    <div className="picker" data-testid="picker">
      <PickerFields repo={repo} setRepo={setRepo} fields={fields} setFields={setFields} />
      <Found key={`${repo} ${queryOf(fields)}`} pages={pages} take={take} />
    </div>
  );
}

/** The same question is the same function; `null`: nothing is asked yet. */
function useQuestion(repo: string, query: string): AskPage<FoundIssue> | null {
  const { session } = useApp();
  const isNothing = (repo === '' && query === '') || !isWholeRepo(repo);
  const ask = useCallback<AskPage<FoundIssue>>(
    async (cursor) => {
      const answer = await session.api.call('github.issues', {
        ...(repo !== '' && { repo }),
        query,
        ...(cursor !== undefined && { cursor }),
      });
      if (!answer.ok) return answer;
      const { issues, ...rest } = answer.value;
      return { ok: true, value: { items: issues, ...rest } };
    },
    [session, repo, query],
  );
  return isNothing ? null : ask;
}

interface FoundProps {
  readonly pages: Pages<FoundIssue>;
  take(urls: readonly string[]): void;
}

function Found({ pages, take }: FoundProps) {
  const { pick: words } = useText().github;
  const [ticks, setTicks] = useState(NO_TICKS);
  const twins = useTwins();
  const { items, total, isReading, error, hasMore } = pages;
  const chosen = useMemo(
    () => items.filter(({ origin }) => isTicked(ticks, origin.url, twins.has(origin.url))),
    [items, ticks, twins],
  );
  const open = items.filter(({ origin }) => !twins.has(origin.url)).length;
  if (error) return <ErrorNote error={error} />;
  if (items.length === 0) return <Nothing isReading={isReading} pages={pages} />;
  return (
    <>
      <div className="picker-all">
        <label>
          <input
            type="checkbox"
            checked={open > 0 && chosen.length >= open}
            ref={(box) => {
              if (box) box.indeterminate = chosen.length > 0 && chosen.length < open;
            }}
            onChange={(event) => setTicks(all(event.currentTarget.checked))}
            data-testid="pick-all"
          />
          {words.all(open)}
        </label>
        <span className="dim num" data-testid="pick-total">
          {words.total(items.length, total)}
        </span>
        {isReading && <Loader size={14} aria-label={words.more} />}
        {hasMore && !isReading && (
          <Button variant="subtle" size="compact-xs" onClick={pages.more}>
            {words.readMore}
          </Button>
        )}
      </div>
      <IssueList
        issues={items}
        twins={twins}
        isTicked={(url) => isTicked(ticks, url, twins.has(url))}
        toggle={(url) => setTicks((before) => toggled(before, url))}
        more={pages.more}
      />
      <footer className="import-foot">
        <span />
        <Button
          size="sm"
          disabled={chosen.length === 0}
          onClick={() => take(chosen.map(({ origin }) => origin.url))}
          data-testid="pick-take"
        >
          {words.take(chosen.length)}
        </Button>
      </footer>
    </>
  );
}

function Nothing({
  isReading,
  pages,
}: {
  readonly isReading: boolean;
  readonly pages: Pages<FoundIssue>;
}) {
  const { pick: words } = useText().github;
  if (isReading) {
    return (
      <div className="import-reading" role="status">
        <Loader size={18} /> {words.reading}
      </div>
    );
  }
  const isAsked = pages.isAsked;
  return (
    <Empty icon={<IconBrandGithub size={26} />} title={isAsked ? words.none : words.choose}>
      <p>{isAsked ? words.noneText : words.chooseText}</p>
    </Empty>
  );
}
