/** 概要画面のことば（日本語）。 */
import type { Text } from './en.ts';

export const jaOverview: Text['overview'] = {
  title: '概要',
  health: {
    label: '気をつけること',
    review: (n) => `${n} 件の変更がレビューを待っています`,
    asking: (n) => `準備中の PC ${n} 台から質問があります`,
    parked: (n) => `${n} 件のタスクを止めました：実行した PC を毎回止めてしまいます`,
    failed: (n) => `${n} 件のタスクが失敗し、自動では再試行されません`,
    reconnecting: (n) => `作業中の PC ${n} 台につながりません`,
    noAgent: (n) => `${n} 件のタスクが待っていますが、接続中の PC がありません`,
    blocked: (n) => `PC ${n} 台が問題のため作業を受けていません`,
    stopped: '緊急停止中です。工房全体が止まっています',
    paused: 'キューは停止中です。新しい割り当ては行われません',
    fine: (tasks, agents) =>
      tasks === 0
        ? agents === 0
          ? '静かです。接続中の PC はありません。'
          : `静かです。${agents} 台の PC が待機しています。`
        : `順調です。${agents} 台の PC で ${tasks} 件のタスクが進んでいます。`,
  },
  states: { title: '状態別', none: '進行中のタスクはありません', open: (n) => `未完了 ${n} 件` },
  team: {
    title: '工房',
    count: (connected, all) =>
      connected === all ? `${all} 台 接続中` : `${all} 台中 ${connected} 台 接続中`,
    all: 'すべて表示',
    free: '空き',
    more: (n) => `+${n}`,
    load: (cpu) => `CPU ${cpu} %`,
    none: '参加している PC はまだありません',
    noneText: 'コーディネーターが起動すると、この PC は自動で参加します。',
  },
  needs: {
    title: 'あなたの番',
    none: '対応が必要なものはありません',
    noneText: 'レビュー待ちの変更、質問、失敗がここに出ます。',
    review: 'レビュー',
    retry: '再試行',
    answer: '答える',
    more: (n) => `ほか ${n} 件`,
    asks: '質問があります',
  },
  done: {
    title: '1 日ごとのマージ数',
    today: '件を今日マージ',
    merged: 'マージ',
    failed: '失敗',
  },
  used: {
    title: '1 日ごとのトークン',
    today: 'トークン（今日）',
    tokens: 'トークン',
    cost: (cost) => `今日 ${cost}`,
    all: '詳しく',
  },
  usual: (amount) => `ほかの日は今の時刻で ${amount}`,
  firstDay: '最初の日です',
  days: (n) => `${n} 日`,
  range: '表示する日数',
  events: {
    title: '最近の出来事',
    filter: '表示する出来事',
    matters: '重要なもの',
    all: 'すべて',
    none: 'まだ何も起きていません',
    connected: (agent) => `${agent} が接続しました`,
    disconnected: (agent) => `${agent} が離れました`,
    enrolled: (agent) => `${agent} が工房に参加しました`,
    removed: (agent) => `${agent} を外しました`,
    trouble: (agent, what) => `${agent}：${what}`,
    recovered: (agent) => `${agent} は元に戻りました`,
    draining: (agent) => `${agent} は新しい作業を受けません`,
    undrained: (agent) => `${agent} は作業を受けられます`,
    paused: 'キューを停止しました',
    resumed: 'キューを再開しました',
    stopped: '工房を緊急停止しました',
    unstopped: '工房を再開しました',
    restored: '工房を復元しました',
    agent: (agent) => `${agent} の設定が変わりました`,
    shellOpened: (agent, by) => `${by} が ${agent} でシェルを開きました`,
    shellClosed: (agent) => `${agent} のシェルを閉じました`,
  },
  first: {
    title: '工房の準備ができました',
    text: '3 つの手順で動き出します。',
    steps: [
      { title: 'タスクを渡す', text: '何をどのリポジトリで行うかを書きます。', go: '新しいタスク' },
      {
        title: 'ほかの PC を加える',
        text: 'それぞれが別のタスクを進めます。1 台でも始められます。',
        go: 'PC を加える',
      },
      { title: '結果をレビューする', text: '変更を読み、差し戻すかマージします。', go: '使い方' },
    ],
  },
};
