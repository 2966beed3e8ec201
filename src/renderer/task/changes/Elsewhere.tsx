/** What was said about lines of a file that its diff does not show. */
import { useText } from '../../context.ts';
import type { Talk } from './talk.ts';
import { TalkView } from './TalkView.tsx';

export function Elsewhere({ talk }: { readonly talk: readonly Talk[] }) {
  const { changes: text } = useText().review;
  return (
    <div className="talk">
      <p className="faint">{text.elsewhere}</p>
      {talk.map((one) => (
        <div key={one.key}>
          {one.comment.quote !== undefined && (
            <code className="talk-quote clip">{one.comment.quote}</code>
          )}
          <TalkView talk={one} />
        </div>
      ))}
    </div>
  );
}
