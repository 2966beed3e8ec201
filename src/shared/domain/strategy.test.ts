/** The weights of a workshop: a strategy by its name, with single ones put otherwise, and mistakes said in so many words. */
import { expect, it } from 'vitest';
import { Settings } from '../settings.ts';
import { STRATEGY_WEIGHTS, WeightChanges, weightsOf } from './strategy.ts';

it('are those of the strategy, but for what is named', () => {
  expect(weightsOf(Settings.parse({}).placement)).toEqual(STRATEGY_WEIGHTS.balanced);
  const asText = { strategy: 'load', weights: 'cached: 6; speed: 0.5' };
  const asMap = { strategy: 'load', weights: { cached: 6, speed: 0.5 } };
  for (const placement of [asText, asMap])
    expect(weightsOf(Settings.parse({ placement }).placement)).toEqual({
      ...STRATEGY_WEIGHTS.load,
      ...{ cached: 6, speed: 0.5 },
    });
});

it('are refused where they name what is not weighed, twice, or are no number from 0 to 100', () => {
  for (const wrong of ['caching: 6', 'cached: 6; cached: 7', 'cached: -1', 'cached: 101', 'cached'])
    expect(WeightChanges.safeParse(wrong).error?.issues[0]?.message).toContain('what is weighed:');
  expect(Settings.safeParse({ placement: { strategy: 'best' } }).success).toBe(false);
});
