/** タスクがエージェントに割り当てられなかった理由と、変更がマージされなかった理由。 */
import type { Text } from './en.ts';

export const jaReasons: Text['reasons'] = {
  lacks: {
    offline: () => 'オフラインです',
    draining: () => '新しい仕事を受け付けていません',
    trouble: (about) => `問題があります：${about}`,
    overloaded: () => '過負荷です',
    full: () => '空きスロットがありません',
    no_engine: (about) => `${about} がありません`,
    engine_not_ready: (about) => `${about} が使える状態ではありません`,
    missing: (about) => `${about} がありません`,
    engine_held: () => '使えるエンジンが今はどれもモデルに接続できません',
    resting: () => '休止中です',
    elsewhere: () => '別のコーディネーターに属しています',
    not_cleared: (about) => `機密度「${about}」の作業を許可されていません`,
    wrong_place: (about) => `${about} に設置されていません`,
  },
  merges: {
    conflict: ({ branch, base }) =>
      `${branch} と ${base} が同じ行を変更しています。タスクを差し戻して、最新の ${base} でやり直してください。`,
    in_the_way: ({ base }) =>
      `作業ツリーで ${base} がチェックアウトされ、コミットされていない変更があります。マージすると上書きされるため、コミット・退避・削除のいずれかをしてから、もう一度承認してください。`,
    rebasing: ({ base }) =>
      `${base} はリベースの途中です。完了または中止してから、もう一度承認してください。`,
    moved: ({ base }) => `マージするたびに ${base} が動いていました。もう一度承認してください。`,
    change_gone: ({ branch }) =>
      `変更（${branch}）がコーディネーターのミラーにありません。タスクを再試行してください。`,
    branch_gone: ({ base }) => `リポジトリにブランチ ${base} がなくなっています。`,
    not_current: () =>
      'この変更は、もう有効でない試行のものです。タスクを差し戻して、作り直してください。',
    checks_failed: () =>
      'プルリクエストのチェックが失敗しました。タスクを差し戻すか、チェックをやり直してからもう一度承認してください。',
    not_reviewed: () =>
      'リポジトリが求めるレビューがまだありません。済んだら、もう一度承認してください。',
    changes_requested: () => 'レビューで変更が求められました。タスクは自動で差し戻されます。',
    closed: () => 'プルリクエストは閉じられています。開き直してから、もう一度承認してください。',
    forge_refused: null,
    not_taken: null,
    unreadable: null,
    internal: null,
  },
  waits: {
    stopped: '工房は停止中です。再開すると、タスクがエージェントに割り当てられます。',
    paused: 'キューは一時停止中です。再開すると、タスクがエージェントに割り当てられます。',
    nobody: '接続しているエージェントがありません。',
    unable: '引き受けられるエージェントが接続していません：',
    busy: '引き受けられるエージェントはどれも今は手が離せません：',
  },
  models: {
    signed_out: (engine) =>
      `${engine} のアカウントがどれもサインアウトしています。設定の「アカウント」でサインインし直すと、自動で続きます。`,
    limited: (engine, when) =>
      `${engine} のアカウントはどれも利用上限に達しています。${when === null ? '上限が解けると' : `${when}に`}自動で続きます。`,
    unreachable: (engine) => `${engine} のモデルに接続できません。応答があれば自動で続きます。`,
  },
  shut: {
    priority: (priority) =>
      `この優先度（${priority}）のタスクは一時停止中です。再開すると、エージェントに割り当てられます。`,
    repo: (repo) =>
      `${repo} のタスクは一時停止中です。再開すると、エージェントに割り当てられます。`,
    turn: (key, task) => `「${key}」は一度に一つのタスクだけが扱えます。今は ${task} の番です。`,
    quota: (owner, running, most) =>
      `${owner} は上限 ${most} 件のうち ${running} 件を実行中です。どれかが終わると自動で続きます。`,
  },
  anyEngine: '使えるエンジン',
  more: (n) => `ほか ${n} 台`,
};
