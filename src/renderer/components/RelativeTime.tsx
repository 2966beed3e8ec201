/** A moment, told from now; the exact time on hover. */
import { useLanguage } from '../context.ts';
import { exact, relative } from '../format/time.ts';
import { useNow } from './now.ts';

export function RelativeTime({ at }: { readonly at: number }) {
  const language = useLanguage();
  const now = useNow();
  return (
    <time className="num" dateTime={new Date(at).toISOString()} title={exact(at, language)}>
      {relative(at, now, language)}
    </time>
  );
}
