/** Words with the seconds that are left until a time in them, and other words once it has come. */
import { useText } from '../context.ts';
import { secondsUntil } from '../store/trouble.ts';
import { useNowAs } from './now.ts';

export interface CountdownProps {
  /** Epoch ms. */
  readonly until: number;
  /** @param seconds as people read them: `12 s` */
  words(seconds: string): string;
  /** Said once the time has come. */
  readonly after: string;
}

export function Countdown({ until, words, after }: CountdownProps) {
  const { troubles } = useText();
  const left = useNowAs((now) => secondsUntil(until, now));
  return <span className="num">{left > 0 ? words(troubles.seconds(left)) : after}</span>;
}
