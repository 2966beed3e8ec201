/** The chart of a task's attempts, in Japanese. */
import type { enChart } from './en-chart.ts';

export const jaChart: typeof enChart = {
  label:
    '試行の時間の流れ。矢印キーでできごとを順に移動、＋と－で拡大縮小、0 で全体、Enter でその時点のターミナルを開きます。',
  role: 'タイムライン',
  waiting: '待ち',
  waits: {
    new: '新規',
    scheduled: '予定の時刻を待っています',
    blocked: 'ほかのタスクを待っています',
    reading: '読み取り中',
    queued: 'エージェントを待っています',
    retry: '再試行を待っています',
    failed: '失敗：あなたの判断を待っています',
    review: 'レビューを待っています',
    merging: 'マージ中',
  },
  stoodStill: {
    paused: (length) => `${length}停止：エージェントがコーディネーターに接続できませんでした`,
    taken_over: (length) => `${length}、人が引き継いでいました`,
    stopped: (length, by) => `${length}停止：${by} による緊急停止`,
  },
  hint: '時点をクリックすると、すべての表示がそこに合います',
  clear: '現在に戻る',
  toTerminal: 'ターミナルで見る',
  closer: '拡大',
  farther: '縮小',
  all: '全体を表示',
  drawHint: 'ドラッグでその範囲に拡大、ホイールで拡大縮小',
};
