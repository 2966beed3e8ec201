/**
 * Windows: a scheduled task. Not a service of `sc.exe`: that has to answer the service control manager within 30 s of its start,
 * which Node cannot without a native part; a task needs nobody's answer, starts at the same moments and is started again as well.
 *
 * An agent of a user runs from the start of the machine on, without a session (S4U), where Windows lets its user have that:
 * administrators it does. It asks for no password, and the agent has the user's files but not what the session unlocks (encrypted
 * files, shares of the network). Else the agent runs while its user is signed in.
 *
 * Never tried on Windows: made from its manual, and tested against a scripted one.
 */
import path from 'node:path';
import { xml } from './launchd.ts';
import { keeperCommand, must, type ServiceContext, type ServiceManager } from './service.ts';

export function windowsTask(context: ServiceContext): ServiceManager {
  const { machine, name, scope, home } = context;
  const definition = path.win32.join(home.dir, 'task.xml');
  let logon: Logon = 'always';
  const create = ['/Create', '/TN', name, '/XML', definition, '/F'];
  return {
    kind: 'windows_task',
    get note() {
      return logon === 'always'
        ? null
        : 'the agent starts when its user signs in, and ends when they sign out; for one that always runs, sign in as an administrator';
    },
    files: () => [definition],
    async install() {
      await machine.record({ kind: 'task', name });
      await machine.write(definition, taskXml(context, 'always'), 0o600);
      if (scope === 'system') return void (await must(machine, 'schtasks', create));
      logon = (await machine.run('schtasks', create)).code === 0 ? 'always' : 'signed_in';
      if (logon === 'always') return;
      await machine.write(definition, taskXml(context, 'signed_in'), 0o600);
      await must(machine, 'schtasks', create);
    },
    async start() {
      await machine.run('schtasks', ['/End', '/TN', name]);
      await must(machine, 'schtasks', ['/Run', '/TN', name]);
    },
    stop: async () => void (await must(machine, 'schtasks', ['/End', '/TN', name])),
    async status() {
      const asked = ['/Query', '/TN', name, '/FO', 'LIST'];
      const { code, out } = await machine.run('schtasks', asked);
      const [, state = 'unknown'] = /^Status:\s*(.+?)\s*$/m.exec(out) ?? [];
      return { installed: code === 0, running: state === 'Running', detail: state };
    },
    async uninstall() {
      await machine.run('schtasks', ['/End', '/TN', name]);
      if ((await machine.run('schtasks', ['/Query', '/TN', name])).code === 0)
        await must(machine, 'schtasks', ['/Delete', '/TN', name, '/F']);
      await machine.remove(definition);
    },
  };
}

/** When an agent of a user runs. */
type Logon = 'always' | 'signed_in';

/** Pure. */
export function taskXml({ home, scope, user }: ServiceContext, logon: Logon): string {
  const [, ...args] = keeperCommand(home);
  const program = path.win32.join(home.dir, 'current', 'koubou.exe');
  const quoted = args.map((text) => (/[\s"]/.test(text) ? `"${text}"` : text)).join(' ');
  const isSystem = scope === 'system';
  // LOCAL SERVICE, which may do next to nothing.
  const who = isSystem
    ? '<UserId>S-1-5-19</UserId>'
    : `<UserId>${xml(user.name)}</UserId>\n      <LogonType>${logon === 'always' ? 'S4U' : 'InteractiveToken'}</LogonType>`;
  const trigger = logon === 'always' ? 'BootTrigger' : 'LogonTrigger';
  const only = logon === 'always' ? '' : `\n      <UserId>${xml(user.name)}</UserId>`;
  return `<?xml version="1.0"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <Triggers>
    <${trigger}>
      <Enabled>true</Enabled>${only}
    </${trigger}>
  </Triggers>
  <Principals>
    <Principal id="Author">
      ${who}
      <RunLevel>LeastPrivilege</RunLevel>
    </Principal>
  </Principals>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <ExecutionTimeLimit>PT0S</ExecutionTimeLimit>
    <RestartOnFailure>
      <Interval>PT1M</Interval>
      <Count>999</Count>
    </RestartOnFailure>
  </Settings>
  <Actions Context="Author">
    <Exec>
      <Command>${xml(program)}</Command>
      <Arguments>${xml(quoted)}</Arguments>
      <WorkingDirectory>${xml(home.dir)}</WorkingDirectory>
    </Exec>
  </Actions>
</Task>
`;
}
