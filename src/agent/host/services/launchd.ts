/** launchd of macOS. Never tried on a Mac: made from its manual, and tested against a scripted one. */
import path from 'node:path';
import { keeperCommand, must, type ServiceContext, type ServiceManager } from './service.ts';

export function launchd(context: ServiceContext): ServiceManager {
  const { machine, scope, user } = context;
  const label = labelOf(context);
  const isSystem = scope === 'system';
  const folder = isSystem
    ? '/Library/LaunchDaemons'
    : path.posix.join(user.home, 'Library/LaunchAgents');
  const file = path.posix.join(folder, `${label}.plist`);
  // The domain of the user, not of the desktop: over SSH nobody may be signed in there.
  const domain = isSystem ? 'system' : `user/${user.uid}`;
  return {
    kind: 'launchd',
    note: isSystem
      ? null
      : `the agent starts when ${user.name} signs in for the first time after a restart`,
    files: () => [file],
    async install() {
      if (!(await machine.exists(folder))) await machine.record({ kind: 'folder', path: folder });
      await machine.record({ kind: 'path', path: file });
      await machine.write(file, launchdPlist(context), 0o644);
    },
    async start() {
      // What is known already is forgotten first: the file may have changed.
      await machine.run('launchctl', ['bootout', `${domain}/${label}`]);
      await must(machine, 'launchctl', ['enable', `${domain}/${label}`]);
      await must(machine, 'launchctl', ['bootstrap', domain, file]);
    },
    stop: async () => void (await must(machine, 'launchctl', ['bootout', `${domain}/${label}`])),
    async status() {
      const { code, out } = await machine.run('launchctl', ['print', `${domain}/${label}`]);
      const [, state = 'not loaded'] = /^\s*state = (.+)$/m.exec(out) ?? [];
      const installed = await machine.exists(file);
      return { installed, running: code === 0 && state === 'running', detail: state };
    },
    async uninstall() {
      await machine.run('launchctl', ['bootout', `${domain}/${label}`]);
      await machine.remove(file);
    },
  };
}

/** Pure. */
export function launchdPlist(context: ServiceContext): string {
  const { home, scope, user } = context;
  const list = keeperCommand(home).map((text) => `    <string>${xml(text)}</string>`);
  const who =
    scope === 'system'
      ? `  <key>UserName</key>\n  <string>${xml(user.name)}</string>\n`
      : '  <key>LimitLoadToSessionType</key>\n  <string>Background</string>\n';
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>Label</key>
  <string>${xml(labelOf(context))}</string>
  <key>ProgramArguments</key>
  <array>
${list.join('\n')}
  </array>
  <key>WorkingDirectory</key>
  <string>${xml(home.dir)}</string>
${who}  <key>RunAtLoad</key>
  <true/>
  <key>KeepAlive</key>
  <true/>
  <key>AbandonProcessGroup</key>
  <true/>
  <key>ExitTimeOut</key>
  <integer>20</integer>
  <key>ProcessType</key>
  <string>Standard</string>
</dict>
</plist>
`;
}

function labelOf({ name }: ServiceContext): string {
  return `dev.koubou.${name}`;
}

/** A text inside of an XML element. */
export function xml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
