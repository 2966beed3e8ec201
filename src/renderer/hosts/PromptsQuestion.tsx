/**
 * Asks for a password, a passphrase or what else a server prompts for. What is typed lives in the fields alone: it is read
 * from them once, and they are emptied when it is sent and when they go.
 */
import { Button, TextInput } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import { useEffect, useRef, useState, type FormEvent } from 'react';
import { ErrorNote } from '../components/ErrorNote.tsx';
import { useCall } from '../components/use-call.ts';
import { useText } from '../context.ts';
import type { QuestionProps } from './question-props.ts';

export function PromptsQuestion({ id, question }: QuestionProps<'prompts'>) {
  const { ask: words } = useText().hosts;
  const answer = useCall('provisionings.answer');
  const [isSent, setSent] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const { n, host, what, text, prompts } = question;
  useEffect(() => {
    const current = form.current;
    if (current && !isTypingElsewhere()) fieldsOf(current)[0]?.focus({ preventScroll: true });
    return () => current?.reset();
  }, []);

  async function give(answers: string[] | null): Promise<void> {
    form.current?.reset();
    setSent(true);
    const run = await answer.run({ id, n, answers });
    if (!run) setSent(false);
  }

  function submit(event: FormEvent): void {
    event.preventDefault();
    if (form.current && !isSent) void give(fieldsOf(form.current).map(({ value }) => value));
  }

  return (
    <form
      className="ask"
      ref={form}
      onSubmit={submit}
      autoComplete="off"
      aria-label={words.what[what](host)}
      data-testid="ask-prompts"
      data-what={what}
    >
      <h3>
        <IconLock size={17} aria-hidden="true" />
        {words.what[what](host)}
      </h3>
      {text !== '' && <p className="ask-text">{text}</p>}
      {prompts.map((prompt, index) => (
        <TextInput
          key={index}
          label={prompt.text.trim() || fallback(what, words.prompts)}
          type={prompt.echo ? 'text' : 'password'}
          autoComplete="off"
          spellCheck={false}
          maxLength={4_096}
          disabled={isSent}
          maw={420}
          data-testid="prompt"
        />
      ))}
      {answer.error && <ErrorNote error={answer.error} />}
      <div className="ask-buttons">
        <span className="faint ask-kept">{isSent ? words.sent : words.kept}</span>
        <Button variant="default" disabled={isSent} onClick={() => void give(null)}>
          {words.stop}
        </Button>
        <Button type="submit" loading={isSent} data-testid="prompts-send">
          {words.send}
        </Button>
      </div>
    </form>
  );
}

type PromptWords = ReturnType<typeof useText>['hosts']['ask']['prompts'];

function fallback(what: keyof PromptWords | 'sudo_password', words: PromptWords): string {
  return what === 'sudo_password' ? words.password : words[what];
}

function fieldsOf(form: HTMLFormElement): HTMLInputElement[] {
  return [...form.querySelectorAll('input')];
}

/** Focus is never taken from somebody who types, or who has a dialog open. */
function isTypingElsewhere(): boolean {
  const { activeElement } = document;
  return (
    activeElement instanceof HTMLInputElement ||
    activeElement instanceof HTMLTextAreaElement ||
    document.querySelector('[role=dialog]') !== null
  );
}
