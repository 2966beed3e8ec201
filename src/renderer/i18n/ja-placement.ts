/** タスクに対する各エージェントの評価。 */
import type { Text } from './en.ts';

export const jaPlacement: Text['placement'] = {
  now: (strategy) => `現在の各エージェントの評価（方針：${strategy}）`,
  strategies: {
    balanced: 'バランス',
    geography: 'データの近さ',
    capability: '能力',
    load: '負荷の低さ',
  },
  others: 'そのほか',
  count: (n, why) => `${n} 台：${why}`,
  outscored: '得点が足りません',
};
