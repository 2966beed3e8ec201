/** When an agent left. */
import { useNow } from '../components/now.ts';
import { useLanguage, useText } from '../context.ts';
import { exact, relative } from '../format/time.ts';

export function LastSeen({ at }: { readonly at: number }) {
  const { agents } = useText();
  const language = useLanguage();
  const now = useNow();
  return <span title={exact(at, language)}>{agents.lastSeen(relative(at, now, language))}</span>;
}
