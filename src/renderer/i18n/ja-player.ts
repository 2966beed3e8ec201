/** The replay of a terminal and the moments of a task, in Japanese. */
import type { enPlayer } from './en-player.ts';

export const jaPlayer: typeof enPlayer = {
  standsAt: (time) => `${time} のターミナル`,
  takeOver: (time, by) => `${time} の引き継ぎ（${by}）`,
  goLive: 'ライブに戻る',
  goToEnd: '最後へ',
  replay: '再生',
  play: '再生',
  pause: '一時停止',
  speed: '速さ',
  times: (factor) => `${factor}×`,
  skipIdle: '待ち時間を飛ばす',
  skipIdleHint: '2 秒より長い間は短くします',
  position: '記録の位置',
  activity: '出力の量',
  now: '現在',
  nothing: 'まだ何も出力されていません',
  more: 'このターミナルのその他の操作',
  saveCast: '記録として保存（.cast）',
  saveText: 'テキストとして保存（.txt）',
  notSaved: '保存できませんでした',
  screenReader: 'スクリーンリーダーで読めるようにする',
  linkTitle: 'このアドレスを開きますか？',
  linkText: 'ターミナルのプログラムが出力したものです。行き先がわかる場合だけ開いてください。',
  openLink: '開く',
  empty: 'まだ何も出力されていません。',
};
