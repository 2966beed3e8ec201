/** The webhook: what to give to GitHub, its secret once, what was heard, and having Koubou set it up itself. */
import { Button, TextInput } from '@mantine/core';
import { IconWebhook } from '@tabler/icons-react';
import { useState, type SubmitEvent } from 'react';
import type { OutputOf } from '../../../shared/contract.ts';
import { CopyLine } from '../../components/CopyLine.tsx';
import { ErrorNote } from '../../components/ErrorNote.tsx';
import { RelativeTime } from '../../components/RelativeTime.tsx';
import { useCall } from '../../components/use-call.ts';
import { useText } from '../../context.ts';

type Hook = OutputOf<'github.webhook'>;

export function Webhook() {
  const { hook: words } = useText().githubSync;
  const ask = useCall('github.webhook');
  const [hook, setHook] = useState<Hook | null>(null);
  const show = async (renew: boolean): Promise<void> => {
    const answer = await ask.run({ renew });
    if (answer) setHook(answer);
  };
  return (
    <section className="github-part panel" aria-labelledby="github-hook" data-testid="github-hook">
      <h3 id="github-hook">{words.title}</h3>
      <p className="dim">{words.lead}</p>
      {ask.error && <ErrorNote error={ask.error} />}
      {hook ? (
        <>
          <HookFacts hook={hook} isBusy={ask.isBusy} renew={() => void show(true)} />
          <Install />
        </>
      ) : (
        <div className="github-buttons">
          <Button
            variant="default"
            leftSection={<IconWebhook size={14} />}
            loading={ask.isBusy}
            onClick={() => void show(false)}
            data-testid="hook-show"
          >
            {words.show}
          </Button>
        </div>
      )}
    </section>
  );
}

interface HookFactsProps {
  readonly hook: Hook;
  readonly isBusy: boolean;
  renew(): void;
}

function HookFacts({ hook: { path, secret, events, status }, isBusy, renew }: HookFactsProps) {
  const { hook: words } = useText().githubSync;
  const { accepted, ignored, refused, wrongSignatures, lastAt } = status;
  return (
    <>
      <div>
        <p>{words.address}</p>
        <CopyLine text={path} />
      </div>
      <div>
        <p>{words.secret}</p>
        {secret === null ? (
          <p className="dim">{words.shownBefore}</p>
        ) : (
          <>
            <CopyLine text={secret} />
            <p className="github-once" role="status">
              {words.secretOnce}
            </p>
          </>
        )}
        <div className="github-buttons">
          <span className="faint">{words.renewHint}</span>
          <Button variant="default" loading={isBusy} onClick={renew} data-testid="hook-renew">
            {words.renew}
          </Button>
        </div>
      </div>
      <p className="dim">
        {words.content} · {words.events}: <span className="mono">{events.join(', ')}</span>
      </p>
      <p className="dim num">
        {words.counts(accepted, ignored, refused)} ·{' '}
        {lastAt === null ? (
          words.never
        ) : (
          <>
            {words.last} <RelativeTime at={lastAt} />
          </>
        )}
      </p>
      {wrongSignatures > 0 && (
        <p className="github-trouble">{words.wrongSignatures(wrongSignatures)}</p>
      )}
    </>
  );
}

function Install() {
  const { hook: words } = useText().githubSync;
  const install = useCall('github.hook_install');
  const [repo, setRepo] = useState('');
  const [url, setUrl] = useState('');
  const [said, setSaid] = useState<string | null>(null);
  async function submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    setSaid(null);
    const made = await install.run({ repo: repo.trim(), url: url.trim() });
    if (made) setSaid(words.installed(made.repo, made.state === 'made'));
  }
  const canGo = repo.trim() !== '' && /^https?:\/\/\S+$/i.test(url.trim());
  return (
    <form
      className="github-install"
      aria-label={words.install}
      onSubmit={(event) => void submit(event)}
    >
      <strong>{words.install}</strong>
      <TextInput
        label={words.repo}
        placeholder="acme/shop"
        value={repo}
        maxLength={300}
        spellCheck={false}
        onChange={(event) => setRepo(event.currentTarget.value)}
      />
      <TextInput
        label={words.url}
        placeholder="https://hooks.example.com"
        value={url}
        maxLength={1_000}
        spellCheck={false}
        onChange={(event) => setUrl(event.currentTarget.value)}
      />
      {install.error && <ErrorNote error={install.error} />}
      <div className="github-buttons">
        <span role="status">{said}</span>
        <Button type="submit" variant="default" disabled={!canGo} loading={install.isBusy}>
          {words.installGo}
        </Button>
      </div>
    </form>
  );
}
