/** The issue and the pull request of a task, and what happens with them next, in Japanese. */
import type { enPull } from './en-pull.ts';

export const jaPull: typeof enPull = {
  title: 'プルリクエスト',
  states: { draft: '下書き', open: 'オープン', merged: 'マージ済み', closed: 'クローズ' },
  issueStates: { open: 'オープン', closed: 'クローズ' },
  issue: (ref, state) =>
    state === null
      ? `イシュー ${ref}（ブラウザーで開きます）`
      : `イシュー ${ref}・${state}（ブラウザーで開きます）`,
  checks: {
    none: 'チェックなし',
    pending: 'チェック実行中',
    passed: 'チェック成功',
    failed: 'チェック失敗',
  },
  checkStates: { pending: '実行中', passed: '成功', failed: '失敗' },
  passedOf: (passed, all) => `${all} 件中 ${passed} 件成功`,
  review: {
    none: 'レビューなし',
    required: 'レビューが必要',
    approved: '承認済み',
    changes_requested: '変更の要求あり',
  },
  mergeable: {
    unknown: 'マージできるか GitHub が調べています',
    clean: 'マージできます',
    conflict: 'ベースと競合しています',
    behind: 'ベースより遅れています',
    blocked: 'リポジトリのルールで保留中',
  },
  autoMerge: '自動でマージ',
  nextTitle: '次にすること',
  next: {
    merged: 'マージされました。イシューも一緒に閉じられます。',
    closed: 'マージされずに閉じられました。GitHub で開き直すか、タスクを再試行してください。',
    reworked: 'エージェントが直しています。新しいコミットは同じブランチに入ります。',
    waits_for_agent: 'エージェントに戻り、同じブランチで続けます。',
    checks_then_merge: 'チェックが成功すると、自動でマージされます。',
    review_then_merge: 'リポジトリが求めるレビューがそろうと、自動でマージされます。',
    rules_then_merge: 'リポジトリのルールを満たししだい、自動でマージされます。',
    merging: 'マージしています。',
    conflict: 'ベースと合わなくなりました。Koubou が最新にするか、差し戻します。',
    behind: 'ベースが進みました。Koubou が最新にします。',
    checks_failed: 'チェックが失敗しました。差し戻すか、GitHub で再実行してください。',
    changes_requested: 'レビュアーが変更を求めました。次の試行としてエージェントに渡ります。',
    checks_pending: 'チェックが実行中です。終わるとマージできます。',
    draft: '下書きです。GitHub で準備完了にするか、ここでマージしてください。',
    review_required: 'リポジトリが GitHub でのレビューを求めています。その後マージできます。',
    blocked: 'リポジトリのルールをまだ満たしていません。内容は GitHub に表示されます。',
    ready: 'マージできます。ここでも GitHub でもできます。',
  },
  mergeNow: '今すぐマージ',
  open: 'ブラウザーで開く',
  mark: (ref, state, checkWords) => `プルリクエスト ${ref}：${state}、${checkWords}`,
  blockers: 'イシューを待っています',
  blockersText: '先に閉じられる必要があります。',
  marks: { pull: 'プルリクエスト', source: 'イシュー' },
  moreChecks: (n) => `${n} 件すべて表示`,
};
