/** エージェントの健康診断のことば（日本語）。 */
import type { Text } from './en.ts';

type Health = Text['fleet']['health'];

const checks: Health['checks'] = {
  connection: {
    name: '接続',
    says: {
      good: (found) => (found === '' ? '接続中' : `接続中（最終応答 ${found} 前）`),
      note: (found) => `応答が遅れています（最終応答 ${found} 前）`,
      bad: (found) => (found === '' ? '接続していません' : `${found} 応答がありません`),
      unknown: (found) => (found === '' ? 'まだ接続したことがありません' : `休止して ${found}`),
    },
    todo: {
      note: 'ネットワークと負荷を確認してください。その間も作業は失われません。',
      bad: 'PC かエージェントを起動し、間のネットワークを確認してください。接続は自動で戻ります。',
    },
  },
  work: {
    name: '仕事の受付',
    says: {
      good: (found) => `受付中（スロット ${found} 使用）`,
      note: (found) => `新しい仕事は受けません（スロット ${found} 使用）`,
      bad: () => '問題があるため仕事を渡していません',
      unknown: () => '接続すると仕事を受けます',
    },
    todo: {
      note: '一時停止中なら再開してください。過負荷なら自動で戻ります。',
      bad: '下の問題を確認してください。解消すると自動で仕事が届きます。',
    },
  },
  disk: {
    name: 'ディスク',
    says: {
      good: (found) => `空き ${found}`,
      note: (found) => `空きが少なくなっています：${found}`,
      bad: (found) => found,
      unknown: () => '今は分かりません',
    },
    todo: {
      note: '早めに空きを作ってください。古い作業ツリーは自動で片付きます。',
      bad: 'ディスクに空きを作るか、書き込めない原因を確認してください。',
    },
  },
  memory: {
    name: 'メモリ',
    says: {
      good: (found) => `${found} 使用`,
      note: (found) => `使用量が多めです：${found}`,
      bad: (found) => `ほぼ使い切っています：${found}`,
      unknown: () => '今は分かりません',
    },
    todo: {
      note: '様子を見てください。スロットを減らすと使用量も減ります。',
      bad: 'スロットを減らすか、メモリを増やしてください。実行中のものが強制終了される恐れがあります。',
    },
  },
  load: {
    name: '負荷',
    says: {
      good: (found) => `${found} コア`,
      note: (found) => `混み合っています：${found} コア`,
      bad: (found) => `負荷が高すぎます：${found} コア`,
      unknown: () => '今は分かりません',
    },
    todo: {
      note: 'ここでの作業は遅くなります。スロットを減らすと速くなります。',
      bad: 'スロットを減らすか、この PC で他に動いているものを確認してください。',
    },
  },
  clock: {
    name: '時計',
    says: {
      good: (found) => `コーディネーターと一致（${found}）`,
      note: (found) => `${found} ずれています`,
      bad: (found) => `${found} 狂っています`,
      unknown: () => '報告がありません',
    },
    todo: {
      note: 'ネットワークで時刻を合わせるように設定してください。',
      bad: '時計を合わせてください。コミットの日時が狂い、他のプログラムが証明書を拒むことがあります。作業の割り当てには影響しません。',
    },
  },
  engines: {
    name: 'エンジン',
    says: {
      good: (found) => `${found} 個 準備完了`,
      note: (found) => `準備できていないものがあります。${found}`,
      bad: (found) => (found === '' ? '見つかりませんでした' : `使えるものがありません。${found}`),
      unknown: () => 'まだ分かりません',
    },
    todo: {
      note: 'その PC でエンジンにログインするか、インストールしてください。',
      bad: 'その PC にエンジンを入れてログインしてください。自動で見つかります。',
    },
  },
  certificate: {
    name: '証明書',
    says: {
      good: (found) => (found === '' ? 'この PC では不要です' : `残り ${found}（自動更新）`),
      note: (found) => `更新が遅れています（残り ${found}）`,
      bad: (found) => `まもなく切れます（残り ${found}）`,
      unknown: () => '報告がありません',
    },
    todo: {
      note: '更新されない理由をログで確認してください。',
      bad: 'ログと時計を確認してください。切れた場合は、次の接続時に更新されます。',
    },
  },
  program: {
    name: 'プログラム',
    says: {
      good: (found) => `Koubou ${found}`,
      note: (found) => `最新ではありません：${found}`,
      bad: (found) => found,
      unknown: () => 'まだ分かりません',
    },
    todo: {
      note: '更新してください。新しい版が自己診断に合格するまで、古い版が動き続けます。',
      bad: '更新してください。',
    },
  },
  tunnel: {
    name: 'トンネル',
    says: {
      good: () => 'SSH 接続を通じて届きます',
      note: () => 'トンネルが遅くなっています',
      bad: () => 'トンネルが切れています',
      unknown: () => '分かりません',
    },
    todo: {
      note: '間のネットワークを確認してください。',
      bad: 'SSH 鍵があれば自動で戻ります。なければ PC を追加し直してください。',
    },
  },
};

export const jaHealth: Health = {
  title: '健康状態',
  checks,
  verdicts: { good: '良好', note: '要確認', bad: '要対応', unknown: '不明' },
  overall: {
    good: '問題ありません',
    note: '動いていますが、確認したい点があります',
    bad: '対応が必要です',
    unknown: 'まだ何も分かりません',
  },
  since: (when) => `${when}から`,
};
