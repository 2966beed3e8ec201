/** タスク・エージェント・コーディネーターの困りごとと、その対処（日本語）。 */
import type { Text } from './en.ts';

export const jaTroubles: Text['troubles'] = {
  conditions: {
    disk_low: {
      short: 'ディスク残りわずか',
      agent: 'ディスクの空きがわずかです。作業は続きます。',
      coordinator:
        'コーディネーターのディスクの空きがわずかです。作業は続きますが、早めに空けてください。',
    },
    disk_full: {
      short: 'ディスク満杯',
      agent: 'ディスクがいっぱいの間は、仕事を受けません。',
      coordinator:
        'コーディネーターのディスクがいっぱいです。空きができるまで、新しいものは受け付けません。',
    },
    read_only: {
      short: '書き込み不可',
      agent: 'ディスクに書き込めない間は、仕事を受けません。',
      coordinator:
        'コーディネーターのディスクに書き込めません。書けるようになるまで、新しいものは受け付けません。',
    },
    journal_full: {
      short: '記録が満杯',
      agent: '記録を書き足せない間は、仕事を受けません。',
      coordinator:
        'コーディネーターの記録を書き足せません。書けるようになるまで、新しいものは受け付けません。',
    },
    unsafe_work: {
      short: '未保存の作業',
      agent: 'ここにしかない作業があるため、作業ツリーを残しています。',
      coordinator: 'ここにしかない作業があるため、作業ツリーを残しています。',
    },
    no_terminal: {
      short: '端末なし',
      agent: 'システムが古く端末を使えないため、コマンドは端末なしで実行されます。作業は続きます。',
      coordinator: 'システムが古く端末を使えないため、コマンドは端末なしで実行されます。',
    },
    name_resolution: {
      short: '名前解決に失敗',
      agent: '他の機械の名前を引けません。できる作業は続きます。',
      coordinator:
        'コーディネーターが名前を引けません。他の機械のリポジトリは、引けるようになるまで待ちます。',
    },
    tunnel_down: {
      short: 'トンネル切断',
      agent: 'コーディネーターへのトンネルが切れています。',
      coordinator:
        'エージェントへのトンネルが切れていて、サインインが必要です。その PC をもう一度追加してください。SSH 鍵があれば自動で戻ります。',
    },
    github_sign_in: {
      short: 'GitHub からサインアウト',
      agent: 'コーディネーターが GitHub からサインアウトしています。',
      coordinator:
        'GitHub がこの工房のアカウントを受け付けません。サインインし直すと、待っているものは自動で続きます。',
    },
    model_sign_in: {
      short: 'モデルのアカウントがサインアウト',
      agent: 'コーディネーターがモデルのプロバイダーからサインアウトされています。',
      coordinator:
        'モデルのプロバイダーがアカウントのキーを受け付けなくなりました。設定の「アカウント」でサインインし直すと、待っている作業は自動で続きます。',
    },
    shared_queue: {
      short: '共有キューの問題',
      agent: 'コーディネーターが共有キューを使えません。',
      coordinator:
        '共有キューに接続できないか、設定が正しくありません。進行中の作業はそのまま続きます。',
    },
    github_sync: {
      short: 'GitHub を追えません',
      agent: 'コーディネーターが GitHub の一部を追えません。',
      coordinator: 'GitHub の一部を追えなくなりました。そこでの変更はタスクに届きません。',
    },
    limit_near: {
      short: '上限が近い',
      agent: 'コーディネーターの上限が近づいています。',
      coordinator:
        'モデルのアカウントの上限、または予算がまもなく尽きます。その前に呼び出しを遅らせます。',
    },
  },
  since: (when) => `${when}から`,
  seconds: (n) => `${n} 秒`,
  reconnecting: {
    short: '再接続中',
    shortIn: (seconds) => `再接続中・${seconds}`,
    title: (agent) => `${agent} に届きません`,
    text: (seconds) => `このまま戻らなければ、${seconds}後に別のエージェントへ渡します。`,
    now: '別のエージェントへ渡しています。',
    todo: '何もする必要はありません。間に合えば、そのまま続きます。',
    tile: (seconds) => `届きません。${seconds}後に作業を他へ渡します。`,
    tileNow: '届きません。作業を他へ渡しています。',
    tileIdle: '届きません。手元の作業はありませんでした。',
  },
  paused: {
    short: '停止中',
    title: '停止中',
    text: (agent) =>
      `${agent} にコーディネーターの声が届かないため、二重に動かないようプロセスを止めています。届き次第、続けます。`,
  },
  resuming: {
    short: (from) => `${from} から継続`,
    title: (from, agent) => `${agent} で ${from} が進めたところから続けます`,
    text: (commit, age) => `途中保存 ${commit}（${age}）。`,
    next: (from) => `次の試行は、${from} が進めたところから続けます。`,
  },
  lost: { kept: '成果の保存先', nothing: '残せるものはまだありませんでした。' },
  fenced: {
    title: 'タスクが他へ移った後に戻ってきました。何も数えていません。',
    what: (what) => `断ったもの：${what}`,
  },
  parked: {
    short: '保留',
    title: '保留：プロセスが二度強制終了されました',
    text: 'エージェントを次々に巻き込まないよう、自動では再試行しません。',
    evidence: '強制終了された場所',
    todo: 'エンジンやテストが何を使い切ったか（まずメモリ）を調べ、再試行してください。',
  },
  waiting: {
    short: (seconds) => `${seconds}後に再試行`,
    chip: '回復待ち',
    text: (seconds) => `${seconds}後に試し、その後もうまくいくまで 30 秒ごとに試します。`,
    now: '今、試しています。',
  },
  kept: { title: '残した成果', hint: '途中で終わった試行の、作業途中の成果です。' },
  marks: {
    row: '途中保存',
    checkpoint: (commit, when) => `${when} 途中保存 ${commit}`,
    checkpoints: (n, when) => `途中保存 ${n} 回、最後は ${when}`,
    pause: (length) => `${length} 停止`,
    fenced: (when) => `${when} に戻り、断られました`,
    kept: (commit, when) => `${when} 成果を ${commit} として保存`,
    handover: (from, to) => `${from} → ${to}`,
    handoverTitle: '成果ごと引き継ぎ',
    goesOn: (commit) => `途中保存 ${commit} から続行`,
  },
  health: { reconnecting: (n) => `${n} 台 再接続中` },
  backups: {
    menu: 'バックアップ',
    now: '今すぐバックアップ',
    title: 'バックアップ',
    lead: 'コーディネーターが知っているすべての写しです。どれも作ったときに開いて確かめています。',
    schedule: (hours, keep) =>
      hours === 0
        ? `自動では作りません。新しい ${keep} 件を残します。`
        : `変化があれば ${hours} 時間ごとに作ります。新しい ${keep} 件を残します。`,
    none: 'バックアップはまだありません。',
    last: (when) => when,
    never: 'まだありません',
    failed: '前回は失敗しました',
    restore: 'これを戻すには、Koubou を終了して次のコマンドを打ちます：',
  },
  notify: {
    review: 'レビューできます',
    checks: 'プルリクエストのチェックが失敗しました',
    changes: 'レビュアーが変更を求めました',
    parked: 'タスクが保留になりました',
    failed: 'タスクが失敗しました',
    storage: 'コーディネーターに問題があります',
    models: 'モデルのアカウントに対応が必要です',
    asking: 'PC から質問があります',
    lost: '作業中のエージェントを見失いました',
    stopped: '工房が緊急停止しました',
    many: {
      review: (n) => `${n} 件がレビュー待ちです`,
      checks: (n) => `${n} 件のプルリクエストでチェックが失敗しました`,
      changes: (n) => `${n} 件のタスクに変更が求められました`,
      parked: (n) => `${n} 件が保留になりました`,
      failed: (n) => `${n} 件が失敗しました`,
      storage: (n) => `コーディネーターに問題が ${n} 件あります`,
      models: (n) => `モデルのアカウントに問題が ${n} 件あります`,
      asking: (n) => `${n} 台の PC から質問があります`,
      lost: (n) => `作業中のエージェント ${n} 台を見失いました`,
      stopped: () => '工房が緊急停止しました',
    },
    and: (titles) => titles.join('、'),
  },
};
