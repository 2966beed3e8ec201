/** What today comes to if it goes on as it did, and how sure that is. */
import { IconTrendingUp } from '@tabler/icons-react';
import { useMemo } from 'react';
import type { Forecast } from '../../shared/prediction.ts';
import { useOutlook } from '../accounts/outlook.ts';
import { Sparkline } from '../components/charts/Sparkline.tsx';
import { ErrorNote } from '../components/ErrorNote.tsx';
import { useLanguage, useText } from '../context.ts';
import { compact, dollars } from '../format/number.ts';

export function ForecastCard() {
  const { forecast: words } = useText().usage;
  const language = useLanguage();
  const { value, error } = useOutlook();
  const recent = useMemo(
    () =>
      value?.recent.tokens.map((amount, index) => ({
        at: value.recent.from + index * value.recent.stepMs,
        value: amount,
      })),
    [value],
  );
  const confidence = value?.tokens.confidence;
  return (
    <section className="usage-card panel" aria-labelledby="usage-forecast" data-testid="forecast">
      <h2 id="usage-forecast">
        <IconTrendingUp size={15} aria-hidden="true" />
        {words.title}
      </h2>
      {error && !value && <ErrorNote error={error} />}
      <Row
        name={words.tokens}
        forecast={value?.tokens}
        format={(amount) => compact(Math.round(amount), language)}
      />
      <Row
        name={words.cost}
        forecast={value?.costUsd}
        format={(amount) => dollars(amount, language)}
      />
      <div className="usage-recent">
        {recent && (
          <Sparkline
            label={words.recent}
            points={recent}
            format={(amount) => compact(Math.round(amount), language)}
          />
        )}
      </div>
      <p className="faint">
        {confidence === undefined || confidence === 'quiet'
          ? words.quiet
          : `${words.basis} ${words.confidence[confidence]}`}
      </p>
    </section>
  );
}

interface RowProps {
  readonly name: string;
  readonly forecast: Forecast | undefined;
  readonly format: (amount: number) => string;
}

function Row({ name, forecast, format }: RowProps) {
  const { forecast: words } = useText().usage;
  const share = forecast && forecast.high > 0 ? forecast.soFar / forecast.high : 0;
  const expected = forecast && forecast.high > 0 ? forecast.expected / forecast.high : 0;
  return (
    <div className="usage-forecast">
      <span className="dim">{name}</span>
      <strong className="num">{forecast ? format(forecast.expected) : '–'}</strong>
      <span className="usage-forecast-bar" aria-hidden="true">
        <span style={{ width: `${expected * 100}%` }} />
        <span style={{ width: `${share * 100}%` }} />
      </span>
      <span className="faint num">
        {forecast ? words.soFar(format(forecast.soFar)) : '\u00a0'}
        {forecast && forecast.high > forecast.low && (
          <> · {words.between(format(forecast.low), format(forecast.high))}</>
        )}
      </span>
    </div>
  );
}
