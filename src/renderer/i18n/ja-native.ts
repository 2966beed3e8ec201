/** ウィンドウの外に出るもの：トレイ、通知とその静音、リンク。 */
import type { Text } from './en.ts';

export const jaNative: Text['native'] = {
  review: (title) => `レビュー：${title}`,
  failed: (title) => `失敗：${title}`,
  asks: (host) => `${host} から質問があります`,
  notices: 'デスクトップ通知',
  quietUntil: (when) => `${when}まで静音`,
  quiet: {
    off: '通知する',
    hour: '1 時間は静かに',
    morning: '明日 8:00 まで静かに',
    always: 'ずっと静かに',
  },
  tasksNeedYou: (n) => `${n} 件のタスクがあなたを待っています`,
  thingsNeedYou: (n) => `${n} 件があなたを待っています`,
  stoppedNotice: '再開されるまで何も動きません。',
  unknownLink: {
    title: 'リンク先が見つかりません',
    message: 'Koubou が開けるのは、タスク・エージェント・取り込みへのリンクです。',
  },
};
