/** Asks whether an unknown host is the one that is meant: its fingerprint large, and how to compare it. */
import { Button } from '@mantine/core';
import { IconFingerprint } from '@tabler/icons-react';
import { useState } from 'react';
import { CopyLine } from '../components/CopyLine.tsx';
import { ErrorNote } from '../components/ErrorNote.tsx';
import { useCall } from '../components/use-call.ts';
import { useText } from '../context.ts';
import type { QuestionProps } from './question-props.ts';

/** Until the coordinator has gone on, the answer that was given stays marked. */
type Given = 'trust' | 'stop';

export function HostKeyQuestion({ id, question }: QuestionProps<'host_key'>) {
  const { ask: words } = useText().hosts;
  const answer = useCall('provisionings.answer');
  const [given, setGiven] = useState<Given | null>(null);
  const { n, host, algorithm, fingerprint } = question;

  async function give(choice: Given): Promise<void> {
    setGiven(choice);
    const run = await answer.run({ id, n, answers: choice === 'trust' ? ['yes'] : null });
    if (!run) setGiven(null);
  }

  return (
    <section className="ask" aria-label={words.hostKey(host)} data-testid="ask-host-key">
      <h3>
        <IconFingerprint size={18} aria-hidden="true" />
        {words.hostKey(host)}
      </h3>
      <p>{words.hostKeyText}</p>
      <p className="ask-fingerprint" aria-label={words.fingerprint}>
        <span className="dim">{algorithm}</span>
        <code data-testid="fingerprint">{fingerprint}</code>
      </p>
      <div className="ask-how">
        <span className="dim">{words.hostKeyHow}</span>
        <CopyLine text={`ssh-keygen -lf ${keyFile(algorithm)}`} />
      </div>
      {answer.error && <ErrorNote error={answer.error} />}
      <div className="ask-buttons">
        <Button
          variant="default"
          disabled={given === 'trust'}
          loading={given === 'stop'}
          onClick={() => void give('stop')}
          data-testid="host-key-stop"
        >
          {words.stop}
        </Button>
        <Button
          disabled={given === 'stop'}
          loading={given === 'trust'}
          onClick={() => void give('trust')}
          data-testid="host-key-trust"
        >
          {words.trust}
        </Button>
      </div>
    </section>
  );
}

/** Where OpenSSH keeps the public key of that kind. */
function keyFile(algorithm: string): string {
  const kind = ['ed25519', 'ecdsa', 'dsa'].find((each) => algorithm.includes(each)) ?? 'rsa';
  return `/etc/ssh/ssh_host_${kind}_key.pub`;
}
