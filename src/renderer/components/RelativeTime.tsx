/** A moment, told from now, alone or in a sentence; the exact time on hover. */
import { useLanguage } from '../context.ts';
import { exact, relative } from '../format/time.ts';
import { useNowAs } from './now.ts';

export interface RelativeTimeProps {
  /** Epoch ms. */
  readonly at: number;
  /** The sentence around it. */
  readonly words?: (when: string) => string;
}

export function RelativeTime({ at, words = (when) => when }: RelativeTimeProps) {
  const language = useLanguage();
  const when = useNowAs((now) => relative(at, now, language));
  return (
    <time className="num" dateTime={new Date(at).toISOString()} title={exact(at, language)}>
      {words(when)}
    </time>
  );
}
