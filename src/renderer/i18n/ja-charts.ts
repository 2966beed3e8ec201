/** グラフのことば（日本語）。 */
import type { Text } from './en.ts';

export const jaCharts: Text['charts'] = {
  none: 'まだ計測値がありません',
  unknown: '不明',
  time: '時刻',
  total: '合計',
  nothing: (label) => `${label}：まだ計測値がありません。`,
  summary: (label, latest, lowest, highest) =>
    `${label}：現在 ${latest}、最小 ${lowest}、最大 ${highest}。`,
};
