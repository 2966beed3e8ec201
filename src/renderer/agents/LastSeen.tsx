/** When an agent left. */
import { useNowAs } from '../components/now.ts';
import { useLanguage, useText } from '../context.ts';
import { exact, relative } from '../format/time.ts';

export function LastSeen({ at }: { readonly at: number }) {
  const { agents } = useText();
  const language = useLanguage();
  const when = useNowAs((now) => relative(at, now, language));
  return <span title={exact(at, language)}>{agents.lastSeen(when)}</span>;
}
