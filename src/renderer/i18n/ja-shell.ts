/** 画面を囲む枠：サイドバー、パレット、ヘルプ。 */
import type { Text } from './en.ts';

export const jaShell: Text['shell'] = {
  sidebar: 'サイドバー',
  fold: 'サイドバーを畳む',
  unfold: 'サイドバーを広げる',
};
