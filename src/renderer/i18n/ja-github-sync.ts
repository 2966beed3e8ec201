/** Rules that import issues by themselves, and the webhook, in Japanese. */
import type { enGithubSync } from './en-github-sync.ts';

export const jaGithubSync: typeof enGithubSync = {
  rules: {
    title: '自動で取り込む',
    lead: 'いずれかに当てはまる未解決のイシューは、一度だけタスクになります。ラベルや担当者で絞り込めます。',
    none: 'ルールはありません。誰かが取り込んだイシューだけがタスクになります。',
    add: 'ルールを追加',
    remove: (n) => `ルール ${n} を削除`,
    rule: (n) => `ルール ${n}`,
    kinds: { repo: 'リポジトリ', query: '検索' },
    kind: '探す対象',
    where: { repo: 'acme/shop', query: 'org:acme label:koubou' },
    label: 'ラベル',
    assignee: '担当者',
    any: 'すべて',
    save: 'ルールを保存',
    discard: '破棄',
    saved: '保存しました。今から有効です。',
    wrong:
      'リポジトリは acme/shop の形かアドレスで、または検索を入力してください。ラベルは 100 文字までです。',
  },
  hook: {
    title: 'Webhook',
    lead: 'Webhook があると、GitHub が変更をすぐに知らせます。なくても Koubou が自分で確認するので、見落としません。',
    show: '設定方法を表示',
    address: 'GitHub に設定するアドレス（前に、GitHub からこの PC に届くアドレスを付けます）',
    secret: 'シークレット',
    secretOnce: '今コピーしてください。二度と表示されません。',
    shownBefore: 'シークレットは表示済みで、二度と表示されません。',
    renew: '新しいシークレットを作る',
    renewHint: '以後、古いシークレットの Webhook は拒否されます。',
    events: 'イベント',
    content: 'Content type：application/json',
    counts: (accepted, ignored, refused) =>
      `起動から：受理 ${accepted}・無視 ${ignored}・拒否 ${refused}`,
    last: '最後の受信',
    never: 'まだ何も届いていません。',
    wrongSignatures: (n) =>
      `${n} 件の署名が違いました。GitHub に今のシークレットを設定するか、新しく作ってください。`,
    install: 'Koubou に設定させる',
    repo: 'リポジトリ',
    url: 'GitHub からこの PC に届くアドレス',
    installGo: 'GitHub に設定',
    installed: (repo, isNew) =>
      isNew
        ? `${repo} が変更を知らせるようになりました。`
        : `${repo} の既存の Webhook を直しました。`,
  },
};
