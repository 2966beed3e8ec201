/** 設定画面と、Koubou 自身についての説明。 */
import type { Text } from './en.ts';

export const jaSettings: Text['settings'] = {
  title: '設定',
  search: '設定を検索',
  nothing: (query) => `「${query}」を含む設定はありません`,
  nothingTodo: '別の言葉（日本語でも英語でも）で試してください。',
  nav: '分類',
  sections: {
    workshop: '工房',
    network: 'ネットワーク',
    engines: 'エンジン',
    accounts: 'アカウント',
    github: 'GitHub',
    backups: 'バックアップ',
    notices: '通知',
    appearance: '外観',
    updates: 'アップデート',
    security: 'セキュリティ',
    about: 'Koubou について',
  },
  leads: {
    workshop: 'この PC と、すべての試行の上限です。',
    network: 'ほかの PC のエージェントと、ほかの端末の人が入ってくる所です。',
    engines: 'どのモデルが、どれだけの時間考えるか。',
    accounts:
      'エンジンが使うモデルのアカウントです。キーはここに残り、エージェントには渡りません。',
    github: 'Issue が来て、プルリクエストが行く所です。',
    backups: '工房の記録の写しです。作成時に検査されます。',
    notices: 'デスクトップアプリが知らせること。すぐに反映されます。',
    appearance: 'このウィンドウだけの設定で、すぐに反映されます。',
    updates: 'デスクトップアプリの新しいバージョンと、前に戻す方法。',
    security: '何が誰に開かれているか。ここで設定すべきものはありません。',
    about: 'Koubou とは何か、何でできているか。',
  },
  items: {
    'workshop.name': {
      label: '工房の名前',
      hint: 'ウィンドウのタイトルに出ます。工房が複数あるときに便利です。',
      empty: 'Koubou',
    },
    'agents.count': {
      label: 'この PC のエージェント数',
      hint: 'ほかの PC だけに働かせるなら 0 にします。',
    },
    'agents.slots': {
      label: 'この PC の 1 エージェントが同時に行うタスク数',
      hint: 'ほかの PC については、各エージェントの編集で決めます。',
      empty: 'プロセッサーに合わせる',
    },
    'limits.checkpointMs': {
      label: 'チェックポイントの間隔',
      hint: '途中の作業をこの間隔で保存します。PC が失われても、失うものはわずかです。',
    },
    'limits.setupMs': {
      label: 'セットアップの上限',
      hint: '.koubou.yaml の「setup」をこの時間で打ち切ります。',
    },
    'limits.testMs': {
      label: 'テストの上限',
      hint: 'テストをこの時間で打ち切ります。',
    },
    'placement.strategy': {
      label: 'エージェントの選び方',
      hint: 'タスクを引き受けられるエージェントのうち、何を最も重視するかです。',
      choices: {
        balanced: 'バランス',
        geography: '近さと、リポジトリの手持ち',
        capability: 'その種のタスクが得意なエージェント',
        load: '最も余裕のあるエージェント',
      },
    },
    'placement.weights': {
      label: '点数の変更',
      hint: '方針の点数の代わりに使う値（0〜100）です。「cached: 6; speed: 0」のように書きます。',
      empty: '方針のまま',
    },
    'scaling.slots': {
      label: '負荷に合わせてスロットを増減',
      hint: 'PC に余裕があれば同時に行うタスクを増やし、遅くなれば減らします。',
    },
    'scaling.mostSlots': {
      label: 'スロットの上限',
      hint: 'スロットが負荷に合わせて変わるエージェントごとの上限です。',
    },
    'scaling.hosts': {
      label: '待機用 PC の起動と休止',
      hint: '全スロットの 70 % を超えて必要な間は起動し、21 % を下回る間は休ませます。',
    },
    'scaling.spares': {
      label: '忙しいときに追加する PC',
      hint: '待機用 PC が残っていないとき、SSH で一台ずつエージェントにします。例：「ci@pi-1; ci@pi-2 frontend testing」。ホスト鍵は既知である必要があります。',
    },
    'queue.most': {
      label: '待てるタスクの数',
      hint: 'これを超えるタスクは受け付けず、いつ再び試せるかを返します。',
    },
    'queue.userWaiting': {
      label: '1 人あたりの待機中のタスク',
      hint: 'これを超えるタスクは受け付けません。',
      empty: '制限なし',
    },
    'queue.userRunning': {
      label: '1 人あたりの実行中のタスク',
      hint: 'これを超えるタスクは待ち、ほかの人のタスクが先に進みます。',
      empty: '制限なし',
    },
    'queue.address': {
      label: 'キューの場所',
      hint: 'embedded、または複数のコーディネーターが共有する Redis。稼働中は koubou queue move で移せます。',
      empty: 'embedded',
    },
    'queue.site': {
      label: 'コーディネーターの名前',
      hint: 'キューを共有する他のコーディネーターから見た名前です。',
      empty: 'この PC の名前',
    },
    'lan.open': {
      label: 'ほかの PC のエージェントを最初から受け入れる',
      hint: 'いいえの場合、招待または追加した時点で入口が開きます。入れるのは許可した PC だけです。',
    },
    'lan.host': {
      label: '入口のアドレス',
      hint: 'この PC のアドレス。0.0.0.0 はすべてを表します。',
    },
    'lan.port': {
      label: '入口のポート',
      hint: '参加済みのエージェントはこのポートに来ます。使用中のときだけ変えてください。',
    },
    'engines.order': {
      label: 'エンジンの優先順位',
      hint: 'エンジンを指定しないタスクに使います。優先する順にコンマで区切ります。書いていないエンジンは使いません。',
    },
    'engines.bySpecialty': {
      label: '分野ごとの優先順位',
      hint: '「documentation: ollama, codex; testing: codex」のように書きます。',
      empty: 'すべて同じ',
    },
    'engines.cheapFor': {
      label: '安いエンジンを優先する分野',
      hint: '「documentation, testing」のように書きます。エージェント上で動くもの、そこでサインイン済みのもの、アカウントの順に使います。',
      empty: 'なし',
    },
    'engines.model': {
      label: 'Claude Code のモデル',
      hint: 'モデルを指定しないタスクに使います。',
      empty: 'エンジンに任せる',
    },
    'analysis.model': {
      label: '新しいタスクを分類するモデル',
      hint: '追加済みのアカウントのモデルを anthropic/MODEL または openai/MODEL の形で書きます。規則だけでは内容がわからないタスクにだけ使います。',
      empty: 'なし（規則のみ）',
    },
    'analysis.dayDollars': {
      label: 'タスクの分類にかける 1 日の上限（ドル）',
      hint: '上限に達すると、翌日までは規則だけで分類します。',
      empty: '上限なし',
    },
    'limits.engineMs': {
      label: 'エンジンの作業時間の上限',
      hint: '試行はこの時間で打ち切られます。',
    },
    'limits.engineIdleMs': {
      label: 'エンジンの沈黙の上限',
      hint: 'これだけの間何も表示しないエンジンは、止まったものとみなします。',
    },
    'limits.outputBytes': {
      label: '1 試行の出力の上限',
      hint: 'これを超えて出力するエンジンは堂々巡りとみなし、終了します。',
    },
    'budgets.taskDollars': {
      label: '1 タスクの予算（ドル）',
      hint: 'これを超えるゲートウェイ経由のモデル呼び出しは断られ、確認を求められます。',
      empty: '制限なし',
    },
    'budgets.taskTokens': {
      label: '1 タスクの予算（トークン）',
      hint: 'すべての試行の入力と出力の合計です。キャッシュから読まれた分は含みません。',
      empty: '制限なし',
    },
    'budgets.repositoryDollars': {
      label: '1 リポジトリ・1 日の予算（ドル）',
      hint: '同じリポジトリのすべてのタスクの、午前 0 時から 24 時間の合計です。',
      empty: '制限なし',
    },
    'budgets.repositoryTokens': {
      label: '1 リポジトリ・1 日の予算（トークン）',
      hint: '同じリポジトリのすべてのタスクの、午前 0 時から 24 時間の合計です。',
      empty: '制限なし',
    },
    'budgets.dayDollars': {
      label: '1 日の予算（ドル）',
      hint: '工房全体の、この PC の午前 0 時から 24 時間の合計です。',
      empty: '制限なし',
    },
    'budgets.dayTokens': {
      label: '1 日の予算（トークン）',
      hint: '工房全体の、この PC の午前 0 時から 24 時間の合計です。',
      empty: '制限なし',
    },
    'github.host': {
      label: 'GitHub のアドレス',
      hint: 'サインイン先の指定がないときに使います。github.com、または https:// で始まる Enterprise サーバー。',
    },
    'github.clientId': {
      label: 'コードでのサインインに使うクライアント ID',
      hint: 'デバイスフローを有効にした、GitHub の OAuth App のもの。トークンには不要です。',
      empty: '使わない',
    },
    'github.pulls': {
      label: 'プルリクエストの開き方',
      hint: 'レビュー可能なものはすぐに通知されます。下書きは、誰かがレビュー可能にしたときに通知されます。',
      choices: { ready: 'レビュー可能として', draft: '下書きとして' },
    },
    'github.merge': {
      label: 'マージ',
      hint: '「自動」は、リポジトリが求めるチェックとレビューがそろい次第、ここでの承認なしにマージします。',
      choices: { by_hand: 'ここまたはGitHubでの承認後', auto: '自動' },
    },
    'github.mergeMethod': {
      label: 'マージの方法',
      hint: 'リポジトリが許可していないときは、許可されている別の方法を使います。',
      choices: { squash: 'スカッシュ', merge: 'マージコミット', rebase: 'リベース' },
    },
    'github.labels': {
      label: 'イシューのラベルの先頭',
      hint: 'タスクの状態をイシューに示します：queued、working、review、done、failed。空にするとラベルは付きません。',
      empty: 'なし',
    },
    'github.comments': {
      label: 'イシューへのコメント',
      hint: '状態、エージェント、試行、プルリクエストを示す1件のコメントを更新し続けます。',
    },
    'github.sessionIssues': {
      label: 'サインインに関するイシューの登録先',
      hint: 'owner/name の形で指定します。モデルのアカウントがサインアウトしている間、そこにイシューが開かれます。閉じるとアカウントを確認し直します。',
      empty: 'なし',
    },
    'github.pollSeconds': {
      label: 'GitHubを確認する間隔（秒）',
      hint: 'Webhookで知らされない変更のためです。変更がなければ、GitHubの利用枠は減りません。',
    },
    'backups.every': {
      label: 'バックアップの間隔',
      hint: '変更があったときだけ作成します。0 なら自動では作りません。',
    },
    'backups.keep': { label: '残すバックアップの数', hint: '超えると古いものから消えます。' },
  },
  units: {
    text: '',
    switch: '',
    count: '',
    seconds: '秒',
    minutes: '分',
    megabytes: 'MB',
    hours: '時間',
  },
  on: 'はい',
  off: 'いいえ',
  mistakes: {
    number: '数を入力してください。',
    least: (n, unit) => `${n}${unit === '' ? '' : ` ${unit}`}以上にしてください。`,
    most: (n, unit) => `${n}${unit === '' ? '' : ` ${unit}`}以下にしてください。`,
    longest: (n) => `${n} 文字以内にしてください。`,
    whole: '整数を入力してください。',
    needed: '空にはできません。',
  },
  takes: { now: 'すぐに反映', attempt: '次の試行から反映', restart: '再起動後に反映' },
  toDefault: (value) => `${value} に戻す`,
  unsaved: '未保存',
  byFlag: (flag) =>
    `コーディネーターの起動時に ${flag} で指定されています。ここで変えるには、指定なしで起動してください。`,
  changes: (n) => `変更 ${n} 件`,
  wrong: (n) => `${n} 件に誤りがあります`,
  save: '保存',
  discard: '元に戻す',
  changedElsewhere:
    'ファイルがほかで変更されました。入力した内容は残っています。確認してから保存してください。',
  problem: (line) =>
    line === null ? 'config.yaml に誤りがあります' : `config.yaml の ${line} 行目に誤りがあります`,
  problemTodo: '以前の設定のまま動いています。ファイルを直すまで、保存はできません。',
  again: '読み直す',
  waits: (n) => `${n} 件の設定が再起動を待っています。`,
  inForce: (value) => `それまで：${value}`,
  restart: 'コーディネーターを再起動',
  restartHint: '数秒で終わります。エージェントはそのまま作業を続けます。',
  restartByHand: '「koubou serve」を Ctrl C で終了し、もう一度起動してください。',
  file: '保存先',
  own: {
    atLogin: {
      label: 'ログイン時に起動',
      hint: 'ウィンドウを開かずにトレイで起動し、エージェントが作業を始めます。',
    },
    quiet: {
      label: 'システムの通知',
      hint: 'ほかのことをしている間に、あなたの判断が必要になったとき知らせます。静かにすることもできます。',
    },
    language: { label: '言語', hint: 'このウィンドウの言語です。' },
    scheme: { label: '配色', hint: '明るい、暗い、またはシステムに合わせる（テーマ）。' },
  },
  onlyInstalled: 'インストールしたアプリでのみ使えます。このアプリはインストールされていません。',
  onlyDesktop: '通知するのはデスクトップアプリだけで、ブラウザーでは出ません。',
  securityFacts: [
    {
      label: 'ウィンドウとこの PC のプログラム',
      text: '127.0.0.1 からのみ、データフォルダーのトークンで接続します。そのファイルを読める人は何でもできます。',
    },
    {
      label: 'ほかの PC のエージェント',
      text: '入口で、それぞれの証明書を使い TLS 1.3 で接続します。エージェントを削除すれば、直ちに入れなくなります。',
    },
    {
      label: 'ほかの端末の人',
      text: '同じ入口から、それぞれのリンクが持つ役割で入ります。「ネットワーク」で締め出せば、直ちに入れなくなります。',
    },
    {
      label: 'リポジトリ',
      text: '読み書きするのはこの PC だけで、あなたの git を使います。エージェントがプッシュできるのは自分の試行のブランチだけです。',
    },
    {
      label: 'パスワードと鍵',
      text: 'GitHub へのサインインに使うものは、システムのキーチェーンか本人だけが読めるファイルに置き、ほかへは出しません。git とエンジンは自前のものを使います。',
    },
    {
      label: '記録',
      text: 'ハッシュの鎖になっています。変更・追加・欠落は検査で分かります。',
    },
  ],
  tokenFile: 'トークンのファイル',
  toAudit: '記録を見る',
};

export const jaAbout: Text['about'] = {
  tagline: '自分の PC で動く、コーディングエージェントの工房。',
  window: 'このウィンドウ',
  coordinator: 'コーディネーター',
  build: (build) => `ビルド ${build}`,
  different:
    'ウィンドウとコーディネーターのバージョンが違います。アプリを閉じて、開き直してください。',
  dataFolder: 'データフォルダー',
  open: '開く',
  licence: 'ライセンス',
  licenceText: 'MIT。使用・変更・再配布は自由です。',
  made: '使用しているもの',
  packages: (n) => `${n} 個のパッケージ（それぞれのライセンス付き）`,
  show: '表示',
  filter: 'パッケージを探す',
  links: '関連',
  guide: '最初の手順',
  keys: 'キーボードショートカット',
};
