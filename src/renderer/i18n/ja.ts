/** 画面のことば（日本語）。英語の表に対して型が付く。 */
import type { Text } from './en.ts';
import { jaAnalysis } from './ja-analysis.ts';
import { jaAgents } from './ja-agents.ts';
import { jaAudit } from './ja-audit.ts';
import { jaChart } from './ja-chart.ts';
import { jaCharts } from './ja-charts.ts';
import { jaCallErrors, jaFailures } from './ja-errors.ts';
import { jaConsoles } from './ja-consoles.ts';
import { jaEmergency } from './ja-emergency.ts';
import { jaEvents } from './ja-events.ts';
import { jaAccounts } from './ja-accounts.ts';
import { jaGithub } from './ja-github.ts';
import { jaGithubSync } from './ja-github-sync.ts';
import { jaGuide } from './ja-guide.ts';
import { jaHosts } from './ja-hosts.ts';
import { jaImport } from './ja-import.ts';
import { jaNative } from './ja-native.ts';
import { jaOverview } from './ja-overview.ts';
import { jaPeople } from './ja-people.ts';
import { jaPlayer } from './ja-player.ts';
import { jaProvisioning } from './ja-provisioning.ts';
import { jaPull } from './ja-pull.ts';
import { jaPlacement } from './ja-placement.ts';
import { jaQueue } from './ja-queue.ts';
import { jaReasons } from './ja-reasons.ts';
import { jaAbout, jaSettings } from './ja-settings.ts';
import { jaShell } from './ja-shell.ts';
import { jaReview } from './ja-review.ts';
import { jaStart } from './ja-start.ts';
import { jaTask } from './ja-task.ts';
import { jaTasks } from './ja-tasks.ts';
import { jaTroubles } from './ja-troubles.ts';
import { jaUpdates } from './ja-updates.ts';
import { jaUsage } from './ja-usage.ts';

export const ja: Text = {
  language: '日本語',
  appName: '工房 Koubou',
  nav: {
    label: 'メイン',
    overview: '概要',
    tasks: 'タスク',
    agents: 'エージェント',
    queue: 'キュー',
    audit: '監査',
    settings: '設定',
    usage: '使用量',
  },
  header: {
    newTask: '新しいタスク',
    search: '検索',
    pause: 'キューを止める',
    resume: 'キューを再開',
    paused: 'キュー停止中',
    menu: 'メニュー',
    appearance: '外観',
    light: 'ライト',
    dark: 'ダーク',
    system: 'システム',
    languageTitle: '言語',
    help: 'キーボードショートカット',
    skip: '本文へ移動',
  },
  health: {
    agents: (n) => (n === 0 ? 'エージェント未接続' : `エージェント ${n} 台`),
    running: (n) => `${n} 件 実行中`,
    waiting: (n) => `${n} 件 待機中`,
    review: (n) => `${n} 件 レビュー待ち`,
    failed: (n) => `${n} 件 失敗`,
    idle: '仕事はありません',
    join: (parts) => parts.join('・'),
  },
  states: {
    scheduled: '予約',
    blocked: '依存待ち',
    pending: '新規',
    analyzing: '読解中',
    queued: '待機',
    assigned: '割当済',
    in_progress: '作業中',
    testing: 'テスト中',
    review: 'レビュー',
    completed: 'マージ済',
    failed: '失敗',
    cancelled: '中止',
  },
  groups: {
    waiting: '待機',
    working: '作業中',
    review: 'あなたの番',
    failed: '失敗',
    done: '完了',
  },
  agentStates: {
    offline: 'オフライン',
    idle: '待機中',
    busy: '作業中',
    overloaded: '過負荷',
    maintenance: '一時停止',
    error: 'エラー',
    provisioning: '準備中',
    updating: '更新中',
  },
  attemptStates: {
    assigned: '割当済',
    running: '実行中',
    succeeded: '成功',
    failed: '失敗',
    cancelled: '中止',
    lost: '消失',
  },
  phases: {
    prepare: '準備',
    analyse: '分析',
    implement: '実装',
    apply: '適用',
    test: 'テスト',
    push: '送信',
    report: '報告',
  },
  outcomes: { passed: '成功', failed: '失敗', skipped: '省略', running: '実行中', cut: '中断' },
  priorities: { urgent: '緊急', high: '高', normal: '普通', low: '低' },
  specialties: {
    backend: 'バックエンド',
    frontend: 'フロントエンド',
    testing: 'テスト',
    devops: 'DevOps',
    database: 'データベース',
    security: 'セキュリティ',
    documentation: '文書',
    general: '一般',
  },
  engines: {
    auto: '自動',
    'claude-code': 'Claude Code',
    anthropic: 'Claude（内蔵）',
    codex: 'Codex',
    opencode: 'OpenCode',
    ollama: 'Ollama',
    command: 'コマンド',
  },
  connection: {
    starting: '工房を始めています…',
    connecting: '接続しています…',
    lost: 'コーディネーターが不在です。再接続しています…',
    restarting: (attempt, most) =>
      `コーディネーターが止まりました。再起動しています（${attempt} / ${most} 回目）…`,
    lostNote: '最後に分かっている状態を表示しています。エージェントは手元の作業を続けます。',
    failedTitle: 'コーディネーターを起動できません',
    failedLead: 'タスクと記録はデータフォルダに残っています。起きたこと：',
    logTitle: '最後の出力',
    retry: 'もう一度試す',
    noToken: 'アドレスにトークンがありません',
    noTokenTodo:
      '「koubou serve」が端末に表示するアドレスか、受け取ったリンクを開いてください。どちらも「#token=…」で終わります。',
    badToken: 'トークンが無効になりました',
    nonsense: 'コーディネーターのバージョンが違います。Koubou を更新して再読み込みしてください。',
  },
  tasks: {
    title: 'タスク',
    board: 'ボード',
    table: '表',
    search: 'タスクを絞り込む',
    searchHint: 'タイトル、番号、リポジトリ、エージェント',
    clear: '絞り込みを解除',
    shown: (shown, all) => (shown === all ? `${all} 件` : `${all} 件中 ${shown} 件`),
    filterState: '状態',
    filterAgent: 'エージェント',
    filterPriority: '優先度',
    none: '条件に合うタスクはありません',
    emptyColumn: {
      waiting: '待つものはありません',
      working: '作業中のものはありません',
      review: 'あなたの番のものはありません',
      failed: '失敗はありません',
      done: 'まだ完了はありません',
    },
    columns: {
      task: 'タスク',
      state: '状態',
      progress: '進み具合',
      agent: 'エージェント',
      repo: 'リポジトリ',
      change: '変更',
      updated: '更新',
    },
    older: '古いタスクを読み込む',
    attempt: (n) => `試行 ${n}`,
    retriesAt: (when) => `${when}に再試行`,
    waitsFor: (n) => `${n} 件のタスクを待っています`,
  },
  agents: {
    title: 'エージェント',
    slots: 'スロット',
    slotsOf: (used, all) => `${all} 中 ${used} 使用`,
    cpu: 'CPU',
    memory: 'メモリ',
    disk: 'ディスク',
    free: (size) => `空き ${size}`,
    pause: '一時停止',
    pauseHint: '新しい仕事を渡さず、手元の作業は終わらせます',
    resume: '再開',
    remove: '外す',
    tasks: '作業中',
    noTasks: '手が空いています',
    takesNone: '新しい仕事は受けません',
    ready: '準備完了',
    reconnecting: '再接続中',
    blocked: '問題あり',
    lastSeen: (when) => `${when}に切断`,
    more: (n) => `+${n}`,
    emptyTitle: 'エージェントはまだいません',
    emptyText: 'コーディネーターが起動すると、この PC が最初のエージェントになります。',
    cores: (n) => `${n} コア`,
  },
  toast: {
    review: 'レビューできます',
    failed: 'タスクが失敗しました',
    refused: 'マージできませんでした',
    completed: 'マージしました',
    checksFailed: 'プルリクエストのチェックが失敗しました',
    changesAsked: 'レビュアーが変更を求めました',
    open: '開く',
  },
  help: {
    title: 'キーボードショートカット',
    next: '次へ',
    previous: '前へ',
    open: '開く',
    filter: '絞り込む',
    tabs: '表示を選ぶ',
    back: '一覧に戻る',
  },
  common: {
    close: '閉じる',
    cancel: 'やめる',
    copy: 'コピー',
    copied: 'コピーしました',
    loading: '読み込み中…',
    again: 'もう一度',
    notFoundTitle: 'ここには何もありません',
    notFoundText: 'このアドレスの先には何もありません。',
    toTasks: 'タスクへ',
    crashedTitle: 'この画面が壊れました',
    crashedText:
      '工房は動き続けています。再読み込みしてください。繰り返す場合は表示内容をお知らせください。',
    reload: '再読み込み',
  },
  about: jaAbout,
  audit: jaAudit,
  chart: jaChart,
  charts: jaCharts,
  fleet: jaAgents,
  overview: jaOverview,
  player: jaPlayer,
  provisioning: jaProvisioning,
  pull: jaPull,
  placement: jaPlacement,
  queue: jaQueue,
  reasons: jaReasons,
  people: jaPeople,
  settings: jaSettings,
  shell: jaShell,
  emergency: jaEmergency,
  native: jaNative,
  updates: jaUpdates,
  review: jaReview,
  start: jaStart,
  task: jaTask,
  consoles: jaConsoles,
  events: jaEvents,
  accounts: jaAccounts,
  analysis: jaAnalysis,
  github: jaGithub,
  githubSync: jaGithubSync,
  guide: jaGuide,
  hosts: jaHosts,
  imports: jaImport,
  taskList: jaTasks,
  troubles: jaTroubles,
  usage: jaUsage,
  callErrors: jaCallErrors,
  failures: jaFailures,
};
