/** PC の設定の各手順で分かったことと、止まった理由（日本語）。 */
import type { Text } from './en.ts';

export const jaProvisioning: Text['provisioning'] = {
  said: {
    reached: ({ host, through }) =>
      through.length === 0 ? host : `${host}（${through.join('、')} を経由）`,
    key_known: '鍵は既知のものと一致しました。',
    key_accepted: ({ fingerprint }) => `承認済みの鍵です：${fingerprint}`,
    signed_in: ({ user, by }) =>
      `${user}（${by === 'password' ? 'パスワード' : '鍵'}でサインイン）`,
    probed: ({ hostname, os, machine, cpus }) =>
      `${hostname}：${os}、${machine}${cpus === null ? '' : `、${cpus} コア`}`,
    fits: 'エージェントに必要なものはすべて揃っています。',
    fits_barely: (checks) =>
      `動作しますが、推奨に届かない項目があります：${checks.join('、')}。レポートを確認してください。`,
    there_already: ({ version }) => `バージョン ${version} はすでに置かれています。`,
    uploaded: ({ size, speed, resumedAt }) =>
      `${size}${speed === null ? '' : `、${speed}`}${resumedAt === null ? '' : `（${resumedAt} から再開）`}。展開と検査も済みました。`,
    installed: ({ service, changed, note }) =>
      `${changed ? 'サービスとしてインストールしました' : 'すでにインストールされています'}（${service}）。${note ?? ''}`,
    connected: ({ agentId, version }) => `${agentId} が接続しました。バージョン ${version}。`,
    ready: ({ agentId }) => `${agentId} は仕事を始められます。`,
    nothing_there: ({ agentId }) =>
      `この PC に ${agentId} のものは見つかりませんでした。工房からは取り除きました。`,
    removed: '置いたものはすべて取り除きました。何も残っていません。',
    left: ({ what }) =>
      `取り除きましたが、次のものが残っています：${what.join('、')}。手で削除してください。`,
  },
  checks: {
    System: 'システム',
    'C library': 'C ライブラリ',
    Processor: 'プロセッサ',
    Memory: 'メモリ',
    Folder: 'フォルダー',
    Disk: 'ディスク',
    Engines: 'エンジン',
    Service: 'サービス',
    'Way to the coordinator': 'コーディネーターへの経路',
    'Names (DNS)': '名前解決（DNS）',
    Clock: '時計',
    'Sign-in': 'サインイン',
    Firewall: 'ファイアウォール',
    'Network speed': 'ネットワーク速度',
  },
  problems: {
    target_invalid:
      '宛先の書き方が正しくありません。user@host または user@host:22 の形で指定してください。',
    config_invalid: 'SSH の設定を読み取れません。示された行を直してください。',
    unknown_name:
      '名前からアドレスを引けません。綴りと、この PC のネームサーバーを確認してください。',
    refused:
      '接続が拒否されました。その PC で SSH サーバーが動いているか、ポートが正しいか確認してください。',
    unreachable: 'その PC に到達できません。電源とネットワークを確認してください。',
    timeout: '時間内に応答がありません。電源・ネットワーク・ファイアウォールを確認してください。',
    not_ssh: '応答したのは SSH サーバーではありません。ポートを確認してください。',
    shut_out: '接続を切られました。しばらく待つか、その PC で接続元の制限を確認してください。',
    no_common_algorithm: '共通の暗号方式がありません。その PC の SSH サーバーを更新してください。',
    needs_system_ssh:
      'この接続にはシステムの ssh コマンドが必要です。インストールしてから再試行してください。',
    host_key_changed:
      '鍵が以前と変わっています。別の誰かが応答している可能性があるため、何も送っていません。入れ替えた PC なら、フィンガープリントを確かめてから known_hosts の該当行を削除してください。',
    host_key_revoked:
      '鍵は失効しています。何も送っていません。その PC に新しい鍵を用意してください。',
    host_key_refused: '鍵が承認されなかったため、中止しました。',
    auth_failed: 'サインインできませんでした。ユーザー名と鍵またはパスワードを確認してください。',
    too_many_tries:
      'サインインの失敗が多すぎて切断されました。使う鍵を一つに絞って再試行してください。',
    jump_refused:
      '踏み台の PC が先への接続を許しませんでした。その PC の SSH の設定を確認してください。',
    forward_refused:
      'その PC が SSH の転送を許しませんでした。SSH サーバーの設定を確認してください。',
    no_shell: 'このユーザーはコマンドを実行できません。ログインシェルを与えてください。',
    command_refused:
      'その PC がコマンドの実行を拒否しました。SSH サーバーの設定を確認してください。',
    upload_failed:
      'プログラムを置けませんでした。その PC のディスクの空きを確認して再試行してください。',
    lost: '接続が切れました。再試行すると、続きから進みます。',
    probe_failed: 'その PC を調べられませんでした。ログインシェルを確認して再試行してください。',
    host_unsuitable:
      'この PC はエージェントにできません。足りない項目をレポートで確認してください。',
    folder_refused: 'フォルダーを作れません。書き込みの権限とディスクの空きを確認してください。',
    checksum_wrong:
      '届いた内容が送ったものと違います。再試行し、続くようならディスクを調べてください。',
    sudo_refused:
      'sudo を使えませんでした。パスワードを確かめるか、ユーザー用としてインストールしてください。',
    tunnel_refused:
      'コーディネーターへの戻り道を SSH で作れませんでした。SSH サーバーの設定を確認してください。',
    host_failed: 'その PC に置いたプログラムが失敗しました。下の内容を確認して再試行してください。',
    agent_not_updated:
      'エージェントは接続しましたが、古いプログラムのままです。その PC でサービスを再起動してから再試行してください。',
    agent_silent:
      'サービスは始まりましたが、エージェントが接続してきません。ログと、コーディネーターの PC のファイアウォールを確認してください。',
    self_test_failed:
      'エージェントは動いていますが、タスクを最後まで行えません。下の内容を直して再試行してください。',
    internal:
      'Koubou の内部で問題が起きました。再試行してください。詳しくはコーディネーターのログにあります。',
  },
};
