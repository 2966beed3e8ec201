/** はじめての人のための手順。 */
import type { Text } from './en.ts';

export const jaGuide: Text['guide'] = {
  title: '最初の手順',
  lead: '三つそろえば工房です。済んだものには自動で印がつきます。',
  progress: (done, all) => `${done} / ${all}`,
  done: '完了',
  open: '未完了',
  engine: {
    title: '考えるもの',
    looking: '工房のエージェントを確認しています…',
    ready: (engine, version) => `${`${engine} ${version}`.trim()} が使えます。`,
    missing:
      'Claude Code を使えるエージェントがありません。この PC にインストールし、一度ログインしてください。',
    command: 'npm install -g @anthropic-ai/claude-code && claude',
    orAccount:
      'または Anthropic のアカウントを追加すると、どのエージェントにも何も入れる必要がありません。',
    found: '1 分以内に自動で見つかります。なくても、任意のプログラムをタスクのエンジンにできます。',
  },
  task: {
    title: '最初のタスク',
    text: 'git リポジトリのフォルダー、題名、してほしいこと。',
    done: '作成済みです。変更ができたら、レビューをお待ちします。',
    create: '新しいタスク',
    demo: 'まず見てみたいときは、デモが小さな店のコードを目の前で直します。',
  },
  agent: {
    title: 'もう一台の PC',
    text: 'SSH 経由でエージェントをインストールします。相手の PC から参加することもできます。',
    done: (n) => `ほかの PC ${n} 台がエージェントです。`,
    optional: 'この PC だけでも働きます。',
    add: 'PC を追加',
    invite: '招待する',
  },
  putAway: 'しまう',
  putAwayHint: 'メニューの「最初の手順」でまた開けます。',
  finished: '工房の準備が整いました。',
  toTasks: 'タスクへ',
};
