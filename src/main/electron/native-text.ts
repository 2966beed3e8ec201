/** The few words that the operating system shows for us: menus, the tray, one question. */
const en = {
  open: 'Open Koubou',
  pauseQueue: 'Pause the queue',
  resumeQueue: 'Resume the queue',
  trayStarting: 'Starting…',
  emergencyStop: 'Emergency Stop…',
  emergencyResume: 'Resume the Workshop',
  stopTitle: 'Stop the whole workshop?',
  stopDetail: (n: number) =>
    `${n === 1 ? '1 attempt stands' : `${n} attempts stand`} still until somebody resumes. Nothing is given out or merged.`,
  stopNow: 'Stop everything',
  quit: 'Quit Koubou',
  file: 'File',
  notices: 'Notify When Something Needs Me',
  checkForUpdates: 'Check for Updates…',
  updateReady: (version: string) => `Koubou ${version} is ready`,
  updateReadyDetail: 'It is installed when you say so. Work goes on meanwhile.',
  backTitle: (version: string) => `Go back to Koubou ${version}?`,
  notUp: (version: string) => `Koubou ${version} did not come up: its coordinator does not answer.`,
  backDetail: 'Koubou starts anew. Your tasks stay as they are.',
  backDataDetail: (backup: string, since: { events: number; tasks: number } | null) =>
    `This version changed the data. The backup ${backup} of the moment before is restored. ${
      since === null
        ? 'What was done since is left out'
        : `${since.tasks === 1 ? '1 task' : `${since.tasks} tasks`} made since, and ${since.events} events in all, are left out`
    }, and kept in a database file beside the restored one.`,
  goBack: 'Go back',
  closeTitle: 'Should the workshop go on?',
  closeDetail:
    'Agents can keep working while the window is closed. You find Koubou in the tray, and tasks go on.',
  keepRunning: 'Keep running in the tray',
  quitNow: 'Stop and quit',
  cancel: 'Cancel',
  portTaken: (port: number) =>
    `Port ${port} is in use by another program; a free one was taken instead.`,
};

export type NativeText = typeof en;

const ja: NativeText = {
  open: 'Koubou を開く',
  pauseQueue: 'キューを一時停止',
  resumeQueue: 'キューを再開',
  trayStarting: '起動中…',
  emergencyStop: '緊急停止…',
  emergencyResume: '工房を再開',
  stopTitle: '工房全体を止めますか？',
  stopDetail: (n) =>
    `再開されるまで ${n} 件の作業がその場で止まり、割り当てもマージも行われません。`,
  stopNow: 'すべて止める',
  quit: 'Koubou を終了',
  file: 'ファイル',
  notices: '自分の番になったら通知',
  checkForUpdates: 'アップデートを確認…',
  updateReady: (version) => `Koubou ${version} の準備ができました`,
  updateReadyDetail: '指示があったときにインストールします。作業は続きます。',
  backTitle: (version) => `Koubou ${version} に戻しますか？`,
  notUp: (version) => `Koubou ${version} は起動できませんでした。コーディネーターが応答しません。`,
  backDetail: 'Koubou を起動し直します。タスクはそのまま残ります。',
  backDataDetail: (backup, since) =>
    `このバージョンはデータを更新しました。直前のバックアップ ${backup} を復元します。${
      since === null
        ? 'それ以降の内容'
        : `それ以降に作られたタスク ${since.tasks} 件を含むイベント ${since.events} 件`
    }は除かれ、復元後のデータの隣に別のファイルとして残ります。`,
  goBack: '戻す',
  closeTitle: '工房の作業を続けますか？',
  closeDetail: 'ウィンドウを閉じてもエージェントは作業を続けられます。Koubou はトレイに残ります。',
  keepRunning: 'トレイで続ける',
  quitNow: '停止して終了',
  cancel: 'キャンセル',
  portTaken: (port) =>
    `ポート ${port} は他のプログラムが使用中のため、空いているポートを使いました。`,
};

/** @param locale as the system names it: `ja`, `ja-JP`, `en-US` */
export function nativeText(locale: string): NativeText {
  return locale.startsWith('ja') ? ja : en;
}
