/** 拒否と失敗の意味、そして次にすること。 */
import type { FailureCode } from '../../shared/errors.ts';
import type { CallErrorCode, Remedy } from './en-errors.ts';

export const jaCallErrors: Record<CallErrorCode, Remedy> = {
  invalid_input: { title: '入力に誤りがあります', todo: '印のついた欄を直してください。' },
  unauthorized: {
    title: 'このウィンドウには権限がありません',
    todo: '「koubou serve」が表示するアドレス（トークン付き）を開いてください。',
  },
  forbidden: {
    title: 'あなたの役割では許可されていません',
    todo: '表示された役割のリンクを、この工房の管理者に頼んでください。',
  },
  not_allowed: {
    title: 'エージェントには許可されていません',
    todo: 'エージェントの編集で許可するか、ここで依頼してください。',
  },
  not_found: {
    title: '見つかりません',
    todo: '削除された可能性があります。一覧に戻ってください。',
  },
  method_not_allowed: {
    title: 'バージョンが合いません',
    todo: 'ウィンドウを再読み込みしてください。',
  },
  illegal_transition: {
    title: 'タスクの状態が変わりました',
    todo: '現在の状態を確認して、もう一度選んでください。',
  },
  stale_attempt: { title: '新しい試行が動いています', todo: '最新の試行を見てください。' },
  report_gap: { title: '報告が欠けています', todo: 'エージェントが自動で再送します。' },
  idempotency_conflict: {
    title: '内容の異なる二重送信です',
    todo: '再読み込みして、やり直してください。',
  },
  duplicate: {
    title: 'このイシューのタスクはもうあります',
    todo: 'そのタスクを開くか、「もう一つ作る」を選んでください。',
  },
  sign_in_required: {
    title: 'サインインしていません',
    todo: '設定の GitHub でサインインしてから、もう一度お試しください。',
  },
  forge_refused: {
    title: 'フォージに断られました',
    todo: '詳細に理由があります。そちらで直してから、もう一度お試しください。',
  },
  account_refused: {
    title: 'このキーはプロバイダーに受け付けられませんでした',
    todo: 'キーに欠けがないか、そのプロバイダーのものかを確認するか、新しいキーを作ってください。',
  },
  forge_limited: {
    title: 'フォージの利用制限中です',
    todo: '制限が解けると自動で続きます。',
  },
  forge_unreachable: {
    title: 'フォージが応答しません',
    todo: 'ネットワークを確認してください。待っているものは自動で続きます。',
  },
  merge_in_progress: { title: 'マージの途中です', todo: '結果が出るまで少しお待ちください。' },
  settings_changed: {
    title: '設定がほかで変更されました',
    todo: '今の内容を確認して、もう一度変更してください。',
  },
  settings_unreadable: {
    title: 'config.yaml に誤りがあります',
    todo: '示された行をエディターで直してください。何も変更されていません。',
  },
  led_elsewhere: {
    title: '別のコーディネーターが担当しています',
    todo: 'そちらのコントロールセンターで操作してください。',
  },
  agent_unavailable: {
    title: 'エージェントが不在です',
    todo: '別のものを選ぶか、起動してください。',
  },
  agent_has_work: {
    title: 'エージェントは作業中です',
    todo: '一時停止し、作業が終わってから外してください。',
  },
  not_asked: { title: 'もう質問はありません', todo: 'そのホストの最新の状態を見てください。' },
  emergency_stopped: {
    title: '工房は緊急停止中です',
    todo: '先に再開してから、もう一度行ってください。',
  },
  no_executable: {
    title: 'そのマシン用のプログラムがありません',
    todo: '実行ファイルを作る（npm run build:koubou）か、含まれるリリースを入れてください。',
  },
  rollout_in_progress: {
    title: '更新の途中です',
    todo: '終わるのを待つか、一時停止してください。',
  },
  history_pruned: { title: '古すぎます', todo: '再読み込みして現在の状態から始めてください。' },
  payload_too_large: { title: '大きすぎます', todo: '文章を短くしてください。' },
  unsupported_media_type: {
    title: 'バージョンが合いません',
    todo: 'ウィンドウを再読み込みしてください。',
  },
  unknown_dependency: {
    title: '待つ相手のタスクがありません',
    todo: '待つタスクを直してください。',
  },
  dependency_cancelled: {
    title: '待つ相手のタスクは中止されました',
    todo: 'それを外すか、作り直してください。',
  },
  dependency_cycle: {
    title: '自分自身を待つことになります',
    todo: '示されたタスクのどれかを外してください。',
  },
  engine_unavailable: {
    title: 'このエンジンを動かせるエージェントがいません',
    todo: 'この PC に入れてログインするか、別のエンジンを選んでください。',
  },
  repo_not_found: {
    title: 'リポジトリがありません',
    todo: 'パスか URL を確認してください。フォルダは git リポジトリである必要があります。',
  },
  repo_empty: {
    title: 'リポジトリが空です',
    todo: '最初のコミットを作ってから、やり直してください。',
  },
  repo_no_default_branch: {
    title: '既定のブランチがありません',
    todo: '始めるブランチを指定してください。',
  },
  repo_auth_required: {
    title: 'リポジトリがパスワードを求めています',
    todo: 'この PC の git が入力なしで取得できる URL を使ってください。',
  },
  repo_unreachable: {
    title: 'リポジトリに届きません',
    todo: 'ネットワークとアドレスを確認して、やり直してください。',
  },
  repo_too_large: {
    title: 'リポジトリが大きすぎます',
    todo: '今はより小さいものを使ってください。',
  },
  branch_not_found: { title: 'そのブランチはありません', todo: 'ブランチ名を確認してください。' },
  not_confirmed: {
    title: 'タスクの数が異なります',
    todo: '数をもう一度確かめてから、その数で実行してください。',
  },
  queue_full: {
    title: 'キューがいっぱいです',
    todo: '待機中のタスクが減ってからやり直すか、設定で上限を増やしてください。',
  },
  quota_exceeded: {
    title: '1 人の待機中のタスクが多すぎます',
    todo: 'いくつか終わってから、やり直してください。',
  },
  too_many_tries: {
    title: '間違いが多すぎます',
    todo: '1 分待ってから、リンクをもう一度開いてください。',
  },
  too_many_orders: {
    title: '同時の依頼が多すぎます',
    todo: '応答を待ってから、もう一度お試しください。',
  },
  coordinator_older: {
    title: 'コーディネーターが古いため対応していません',
    todo: 'コーディネーターの PC で Koubou を更新してください。',
  },
  not_connected: {
    title: 'エージェントが接続されていません',
    todo: '接続後にもう一度お試しください。何も登録されていません。',
  },
  no_answer: {
    title: 'コーディネーターから応答がありません',
    todo: '同じキーでもう一度送ってください。二重には実行されません。',
  },
  internal: {
    title: 'コーディネーターの内部エラーです',
    todo: 'やり直してください。続く場合はデータフォルダのログを見てください。',
  },
  storage_full: {
    title: 'ディスクがいっぱいです',
    todo: 'この PC の空きを作ってください。入力した内容は残ります。',
  },
  storage_read_only: {
    title: 'ディスクに書き込めません',
    todo: 'この PC のディスクを確認してください。入力した内容は残ります。',
  },
  storage_damaged: {
    title: 'データフォルダが壊れています',
    todo: '「koubou doctor」が原因を示します。',
  },
  shutting_down: {
    title: 'コーディネーターは終了中です',
    todo: '少し待って、やり直してください。',
  },
  unreachable: {
    title: 'コーディネーターが応答しません',
    todo: '再起動しています。少し待って、やり直してください。',
  },
  unreadable: {
    title: 'バージョンが合いません',
    todo: 'Koubou を更新して、再読み込みしてください。',
  },
};

export const jaFailures: Record<FailureCode, Remedy> = {
  agent_lost: { title: 'エージェントを見失いました', todo: '自動で別のエージェントに移ります。' },
  supervisor_died: {
    title: 'プロセスが強制終了されました',
    todo: '一度目は別の場所で続きます。二度目は保留になります。',
  },
  emergency_stopped: {
    title: '緊急停止で終了しました',
    todo: '何もする必要はありません。途中の成果は残り、工房の再開とともに続きます。',
  },
  kills_agents: {
    title: '保留：プロセスが二度強制終了されました',
    todo: '下の記録を見て、エンジンやテストが何を使い切ったか（まずメモリ）を調べ、再試行してください。',
  },
  agent_refused: {
    title: 'エージェントが受けられませんでした',
    todo: '別のエージェントで試します。',
  },
  agent_disk_full: {
    title: 'エージェントのディスクがいっぱいです',
    todo: 'その PC の空きを作ってください。タスクは別の場所で試します。',
  },
  agent_read_only: {
    title: 'エージェントのディスクに書き込めません',
    todo: 'その PC のディスクを確認してください。タスクは別の場所で試します。',
  },
  workspace_failed: {
    title: '作業ツリーを作れませんでした',
    todo: 'ターミナルを見て、再試行してください。',
  },
  setup_failed: {
    title: '準備コマンドが失敗しました',
    todo: '.koubou.yaml の「setup」を直して、再試行してください。',
  },
  repo_not_found: jaCallErrors.repo_not_found,
  repo_empty: jaCallErrors.repo_empty,
  repo_no_default_branch: jaCallErrors.repo_no_default_branch,
  repo_auth_required: jaCallErrors.repo_auth_required,
  repo_unreachable: {
    title: 'リポジトリのサーバーに届きません',
    todo: 'コーディネーターの PC のネットワークと名前解決を確認してください。',
  },
  repo_too_large: jaCallErrors.repo_too_large,
  branch_not_found: jaCallErrors.branch_not_found,
  config_invalid: {
    title: '.koubou.yaml に誤りがあります',
    todo: '示された行を直してコミットし、再試行してください。',
  },
  engine_missing: {
    title: 'エンジンが入っていません',
    todo: 'エージェントに入れて、再試行してください。',
  },
  engine_not_logged_in: {
    title: 'エンジンがログインしていません',
    todo: 'エージェントでログインし（Claude Code なら一度「claude」を実行）、再試行してください。',
  },
  engine_failed: {
    title: 'エンジンがエラーで終わりました',
    todo: 'ターミナルの最後を見て再試行するか、タスクをより明確に書いてください。',
  },
  engine_rate_limited: {
    title: 'エンジンの利用上限に達しました',
    todo: '上限が解けると自動で再試行し、途中から続けます。',
  },
  engine_overloaded: {
    title: 'モデルのサーバーが混み合っています',
    todo: '30秒ごとに再試行し、途中から続けます。',
  },
  engine_unreachable: {
    title: 'モデルのサーバーに接続できません',
    todo: '30秒ごとに再試行し、途中から続けます。',
  },
  engine_request_invalid: {
    title: 'モデルのサーバーがリクエストを拒否しました',
    todo: 'メッセージに理由があります。別のモデルを選ぶか、エンジンを更新してから再試行してください。',
  },
  engine_context_too_long: {
    title: 'タスクがモデルには大きすぎます',
    todo: 'タスクを分けるか、より多く読めるモデルを選んでください。',
  },
  engine_refused: {
    title: 'モデルがタスクを断りました',
    todo: 'トランスクリプトに理由があります。タスクの目的をより明確に書くか、別のエンジンを選んでください。',
  },
  engine_budget_spent: {
    title: '予算を使い切りました',
    todo: '設定で予算を上げてから再試行してください。',
  },
  account_signed_out: {
    title: 'モデルにサインインしていません',
    todo: '「設定」→「アカウント」で再度サインインすると、自動で続きます。',
  },
  engine_timed_out: {
    title: 'エンジンの時間切れです',
    todo: 'タスクを小さくするか、再試行してください。',
  },
  engine_output_limit: {
    title: 'エンジンの出力が多すぎます',
    todo: '何を繰り返しているか、ターミナルで確認してください。',
  },
  no_changes: {
    title: '変更がありませんでした',
    todo: '何をするかをより具体的に書いて、再試行してください。',
  },
  tests_failed: {
    title: 'テストが失敗しました',
    todo: 'ターミナルの最後を見て再試行するか、タスクに指示を足してください。',
  },
  tests_timed_out: {
    title: 'テストの時間切れです',
    todo: '.koubou.yaml の「test」に、より速いコマンドを書いてください。',
  },
  push_failed: {
    title: 'ブランチを送れませんでした',
    todo: 'リポジトリとディスクを確認して、再試行してください。',
  },
  changes_requested: { title: '差し戻し', todo: '新しい試行がコメントを受け取ります。' },
  closed_unmerged: {
    title: 'プルリクエストが閉じられました',
    todo: 'フォージで開き直すか、タスクを再試行してください。',
  },
  internal: {
    title: 'Koubou の内部エラー',
    todo: '再試行してください。続く場合はログを見てください。',
  },
};
