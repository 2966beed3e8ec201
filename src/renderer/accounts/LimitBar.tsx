/** What is used of one limit or budget, as a bar: when it begins anew, and when it is reached if it goes on like this. */
import type { Confidence } from '../../shared/prediction.ts';
import { RelativeTime } from '../components/RelativeTime.tsx';
import { useLanguage, useText } from '../context.ts';
import { percent } from '../format/size.ts';
import { timeOfDay } from '../native/time-of-day.ts';
import './limits.css';

export interface LimitBarProps {
  readonly name: string;
  /** 1 is all of it. */
  readonly used: number;
  /** In place of the used part in hundredths. */
  readonly said?: string;
  readonly resetAt: number | null;
  /** `undefined`: nobody foretells it here. */
  readonly outlook?:
    | { readonly reachesAt: number | null; readonly confidence: Confidence }
    | undefined;
}

export function LimitBar({ name, used, said, resetAt, outlook }: LimitBarProps) {
  const { accounts: words } = useText();
  const value = said ?? words.used(percent(used));
  const level = used >= 0.9 ? 'high' : used >= 0.8 ? 'near' : 'fine';
  return (
    <div className="limit" data-testid="limit" data-level={level}>
      <span className="limit-name clip" title={name}>
        {name}
      </span>
      <span className="limit-value num">{value}</span>
      <span
        className="limit-track"
        role="meter"
        aria-label={name}
        aria-valuenow={percent(used)}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuetext={value}
      >
        <span style={{ width: `${percent(used)}%` }} />
      </span>
      <span className="limit-note faint num">
        {resetAt !== null && <RelativeTime at={resetAt} words={words.resets} />}
        {outlook && <Outlook used={used} {...outlook} hasReset={resetAt !== null} />}
      </span>
    </div>
  );
}

interface OutlookProps {
  readonly used: number;
  readonly reachesAt: number | null;
  readonly confidence: Confidence;
  readonly hasReset: boolean;
}

function Outlook({ used, reachesAt, confidence, hasReset }: OutlookProps) {
  const { accounts: words } = useText();
  const language = useLanguage();
  const between = hasReset ? ' · ' : '';
  if (used >= 1) {
    return (
      <>
        {between}
        <strong>{words.reached}</strong>
      </>
    );
  }
  if (confidence === 'quiet') return null;
  if (reachesAt === null) return hasReset ? <>{` · ${words.notReached}`}</> : null;
  return (
    <>
      {between}
      <strong data-testid="limit-reaches">
        {words.reaches(timeOfDay(reachesAt, language), words.sure[confidence])}
      </strong>
    </>
  );
}
