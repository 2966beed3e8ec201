/** What was said about a line, and the field in which a person says more. */
import { Button, Textarea } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { useText } from '../../context.ts';
import { useDiffTools } from './diff-context.ts';
import type { Place } from './rows.ts';
import type { Talk } from './talk.ts';
import { TalkView } from './TalkView.tsx';

export interface LineTalkProps {
  readonly place: Place;
  readonly talk: readonly Talk[];
  readonly isEditing: boolean;
}

export function LineTalk({ place, talk, isEditing }: LineTalkProps) {
  const own = talk.find(({ said }) => said === null);
  return (
    <div className="talk" data-testid="line-talk">
      {talk.map((one) => (isEditing && one === own ? null : <TalkView key={one.key} talk={one} />))}
      {isEditing && <CommentField place={place} before={own?.comment.text ?? ''} />}
    </div>
  );
}

function CommentField({ place, before }: { readonly place: Place; readonly before: string }) {
  const { common, review: words } = useText();
  const { changes: text } = words;
  const { review } = useDiffTools();
  const [said, setSaid] = useState(before);
  const field = useRef<HTMLTextAreaElement>(null);
  // It is there because a person asked to write in it.
  useEffect(() => field.current?.focus(), []);
  function save(): void {
    if (said.trim() === '') return;
    review?.put({ ...place, text: said.trim() });
    review?.edit(null);
  }
  return (
    <div className="talk-field">
      <Textarea
        aria-label={text.comment(place.line)}
        placeholder={text.placeholder}
        value={said}
        maxLength={4_000}
        autosize
        minRows={2}
        maxRows={10}
        ref={field}
        onChange={(event) => setSaid(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.metaKey || event.ctrlKey)) save();
          if (event.key !== 'Escape') return;
          // Else it would leave the task.
          event.stopPropagation();
          review?.edit(null);
        }}
        data-testid="line-comment-text"
      />
      <div className="talk-buttons">
        <Button variant="default" onClick={() => review?.edit(null)}>
          {common.cancel}
        </Button>
        <Button onClick={save} disabled={said.trim() === ''} data-testid="line-comment-add">
          {before === '' ? text.add : text.save}
        </Button>
      </div>
    </div>
  );
}
