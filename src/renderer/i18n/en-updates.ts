/** Updates of the desktop app, in English. */
import type { UpdateChannel, UpdateOff, UpdateProblem } from '../../shared/update.ts';

const off: Record<UpdateOff, string> = {
  checkout: 'This app runs from a checkout: update that, and build it anew.',
  archive:
    'This app was unpacked from an archive: download the new one, and unpack it in its place.',
  no_key: 'This app was built without a publisher’s key, and so believes no update.',
};

const problems: Record<UpdateProblem, string> = {
  unreachable: 'The update server does not answer.',
  unsigned: 'What the server has is not signed. It was not used.',
  wrong_signature: 'What the server has is not signed by Koubou’s publisher. It was not used.',
  malformed: 'This version cannot read what the server has.',
  stale: 'What the server has is out of date. Its publisher has to sign it anew.',
  replayed: 'The server shows something older than was seen before. It was not used.',
  older: 'The server has an older version than this one. It was not used.',
  other_channel: 'The server answers with another channel. It was not used.',
  other_platform: 'The server answers with another system’s version. It was not used.',
  other_version: 'The server answers with another version. It was not used.',
  no_file: 'There is no package of that version for this kind of installation.',
  download: 'The download did not come to its end, or is not what was signed.',
  install: 'The package was not installed. The version of before goes on.',
  data: 'The data could not be brought back.',
};

const channels: Record<UpdateChannel, string> = { stable: 'stable', beta: 'beta' };

export const enUpdates = {
  off,
  problems,
  channels,
  version: 'Version',
  check: 'Check for updates',
  checking: 'Looking…',
  checkedAt: (when: string) => `Last looked: ${when}`,
  found: {
    current: 'This is the newest version.',
    not_yet: 'A newer version is on its way: it reaches this PC in the next days.',
    left: 'The newest version is the one that you went back from.',
  },
  never: 'Not looked yet.',
  downloading: (version: string, percent: number) => `Downloading ${version}: ${percent} %`,
  ready: (version: string) => `Koubou ${version} is ready`,
  readyNote: 'Attempts go on while Koubou starts anew.',
  readyIdle: 'It is installed while no attempt runs.',
  waiting: (version: string) => `Koubou ${version} is installed when nothing runs`,
  installing: (version: string) => `Koubou ${version} is being installed…`,
  now: 'Restart now',
  idle: 'When nothing runs',
  later: 'Later',
  channel: 'Channel',
  channelHint: 'Beta has versions early, and those that are stable.',
  server: 'Update server',
  serverHint: 'A folder with signed packages on any web server. Empty: Koubou’s own.',
  serverWrong: 'Give an address that begins with https:// or http://.',
  save: 'Save',
  back: 'Way back',
  goBack: (version: string) => `Go back to ${version}`,
  backHint: {
    kept: 'Its package is kept on this PC.',
    away: 'Its package is downloaded again.',
    data: (backup: string) => `The data goes back to the backup ${backup}; you are asked first.`,
  },
};
