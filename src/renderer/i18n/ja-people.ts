/** ほかの端末と人について。 */
import type { enPeople } from './en-people.ts';

export const jaPeople: typeof enPeople = {
  roles: { viewer: '閲覧者', operator: '操作者', admin: '管理者' },
  means: {
    viewer: 'すべてを見られますが、何も変更できません。',
    operator:
      'タスクの依頼・承認・停止ができます。エージェント、アカウント、設定は変更できません。',
    admin: 'この PC でできることをすべて行えます。',
  },
  needs: (role) => `「${role}」の役割が必要です。この工房の管理者に頼んでください。`,
  title: 'ほかの端末と人',
  lead: 'LAN 内のスマートフォン、タブレット、ほかの PC のブラウザーで、専用のリンクからこの工房を開けます。',
  none: 'ほかに入れる人はいません',
  noneTodo: 'リンクを作ると、選んだ役割でほかの端末を入れられます。',
  open: 'ほかの端末で開く',
  openLead: '一人または一台のためのリンクを作り、この PC がまだ LAN に開かれていなければ開きます。',
  name: '誰のため',
  namePlaceholder: '自分のスマートフォン',
  role: '役割',
  until: 'リンクの有効期間',
  days: (days) => `${days} 日間`,
  make: 'リンクを作る',
  scan: (name) => `端末でこのコードを読み取るか、リンクを開いてください（${name}）。`,
  code: 'リンクの QR コード',
  compare:
    '証明書がこの工房自身のものなので、ブラウザーが警告します。次の SHA-256 フィンガープリントが表示されたときだけ続けてください。',
  once: 'リンクが表示されるのは今回だけです。リンクを持つ人は、その役割を持ちます。',
  always: '無期限',
  untilTime: (time) => `${time} まで`,
  unseen: '起動後は使われていません',
  seen: (time) => `最後に使われた時刻: ${time}`,
  revoke: '締め出す',
  revokeTitle: (name) => `${name} を締め出しますか？`,
  revokeText: 'リンクは無効になり、開いている画面は直ちに閉じられます。',
  granted: (by, name, role) => `${by} が ${name} を ${role} として入れました`,
  revoked: (by, name) => `${by} が ${name} を締め出しました`,
};
