/** The repositories of which nothing is given out, and a field for one more. */
import { Button, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import type { OutputOf } from '../../shared/contract.ts';
import { ErrorNote } from '../components/ErrorNote.tsx';
import { useCall } from '../components/use-call.ts';
import { useText } from '../context.ts';

export interface PausedReposProps {
  readonly pauses: OutputOf<'queue.get'>['pauses'];
  onChanged(): void;
}

export function PausedRepos({ pauses, onChanged }: PausedReposProps) {
  const { pauses: words } = useText().queue;
  const [repo, setRepo] = useState('');
  const pause = useCall('queue.pause');
  const resume = useCall('queue.resume');
  const error = pause.error ?? resume.error;
  const repos = pauses.flatMap((one) => ('repo' in one ? [one.repo] : []));

  async function add(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (repo.trim() === '') return;
    if (await pause.run({ scope: { repo: repo.trim() } })) setRepo('');
    onChanged();
  }

  return (
    <section className="queue-card panel" aria-labelledby="queue-pauses" data-testid="queue-pauses">
      <h2 id="queue-pauses">{words.title}</h2>
      <p className="dim">{repos.length === 0 ? words.none : words.lead}</p>
      {repos.length > 0 && (
        <ul className="queue-repos">
          {repos.map((one) => (
            <li key={one}>
              <span className="mono clip" title={one}>
                {one}
              </span>
              <Button
                variant="default"
                size="compact-xs"
                onClick={() => void resume.run({ scope: { repo: one } }).then(onChanged)}
              >
                {words.resume}
              </Button>
            </li>
          ))}
        </ul>
      )}
      {error && <ErrorNote error={error} />}
      <form className="queue-pause-form" onSubmit={(event) => void add(event)}>
        <TextInput
          size="xs"
          aria-label={words.field}
          placeholder={words.placeholder}
          value={repo}
          onChange={({ currentTarget }) => setRepo(currentTarget.value)}
          data-testid="queue-pause-repo"
        />
        <Button type="submit" size="xs" variant="default" loading={pause.isBusy}>
          {words.add}
        </Button>
      </form>
    </section>
  );
}
