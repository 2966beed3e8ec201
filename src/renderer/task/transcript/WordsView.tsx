/** A text as it stands, in a box that scrolls when it is long. */
import type { Words } from '../../../shared/transcript/entry.ts';
import '../../components/printed.css';
import { useLanguage, useText } from '../../context.ts';
import { whole } from '../../format/size.ts';

export function WordsView({ words, label }: { readonly words: Words; readonly label: string }) {
  const { review } = useText();
  const language = useLanguage();
  return (
    <pre className="printed words" tabIndex={0} role="region" aria-label={label}>
      {words.text}
      {words.cut > 0 && (
        <span className="faint">{`\n${review.cut(whole(words.cut, language))}`}</span>
      )}
    </pre>
  );
}
