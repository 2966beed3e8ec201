/** One comment about a line: who said it about which attempt; one's own, which is not sent yet, can be changed. */
import { ActionIcon } from '@mantine/core';
import { IconPencil, IconTrash } from '@tabler/icons-react';
import { ordinalOfAttempt } from '../../../shared/ids.ts';
import { useText } from '../../context.ts';
import { useDiffTools } from './diff-context.ts';
import type { Talk } from './talk.ts';

export function TalkView({ talk: { comment, said } }: { readonly talk: Talk }) {
  const { changes: text } = useText().review;
  const { review } = useDiffTools();
  return (
    <div className="talk-one" data-own={said === null}>
      <div className="talk-head">
        <strong>
          {said === null
            ? text.you
            : said.attemptId === null
              ? said.by
              : text.said(said.by, ordinalOfAttempt(said.attemptId))}
        </strong>
        <span className="faint">{said === null ? text.pending : text.onLine(comment.line)}</span>
        {said === null && review && (
          <span className="talk-tools">
            <ActionIcon aria-label={text.edit} onClick={() => review.edit(comment)}>
              <IconPencil size={14} />
            </ActionIcon>
            <ActionIcon aria-label={text.remove} onClick={() => review.remove(comment)}>
              <IconTrash size={14} />
            </ActionIcon>
          </span>
        )}
      </div>
      <p>{comment.text}</p>
    </div>
  );
}
