/** What is written for each kind of service, letter by letter; and that systemd takes it. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { contextFor, SYSTEM_HOME, USER_HOME } from '../../testing/scripted-machine.ts';
import { launchdPlist } from './launchd.ts';
import { openrcScript } from './openrc.ts';
import { runScript } from './runit.ts';
import { systemUnit, userUnit } from './systemd.ts';
import { crontabLines, watchScript } from './watch.ts';
import { taskXml } from './windows.ts';

test('a unit of the machine', () => {
  expect(systemUnit(contextFor('system', SYSTEM_HOME))).toMatchInlineSnapshot(`
    "[Unit]
    Description=Koubou agent
    Wants=network-online.target
    After=network-online.target
    StartLimitIntervalSec=0

    [Service]
    ExecStart=/opt/koubou-agent/current/koubou agent keep --home /opt/koubou-agent
    WorkingDirectory=/opt/koubou-agent
    Restart=always
    RestartSec=1
    # Attempts have processes of their own, which a restart of the service must not end.
    KillMode=process
    TimeoutStopSec=20
    # A control group per attempt.
    Delegate=yes
    User=koubou-agent
    NoNewPrivileges=yes
    ProtectSystem=strict
    ReadWritePaths=/opt/koubou-agent /tmp /var/tmp
    ProtectHome=yes
    ProtectKernelTunables=yes
    ProtectKernelModules=yes
    ProtectKernelLogs=yes
    ProtectClock=yes
    RestrictRealtime=yes

    [Install]
    WantedBy=multi-user.target
    "
  `);
});

test('a unit of a user', () => {
  expect(userUnit(contextFor('user', USER_HOME))).toMatchInlineSnapshot(`
    "[Unit]
    Description=Koubou agent
    StartLimitIntervalSec=0

    [Service]
    ExecStart=/home/aya/.local/share/koubou-agent/current/koubou agent keep --home /home/aya/.local/share/koubou-agent
    WorkingDirectory=/home/aya/.local/share/koubou-agent
    Restart=always
    RestartSec=1
    # Attempts have processes of their own, which a restart of the service must not end.
    KillMode=process
    TimeoutStopSec=20
    # A control group per attempt.
    Delegate=yes

    [Install]
    WantedBy=default.target
    "
  `);
});

test('an init script for OpenRC', () => {
  expect(openrcScript(contextFor('system', SYSTEM_HOME), '/sbin/openrc-run'))
    .toMatchInlineSnapshot(`
    "#!/sbin/openrc-run
    description="Koubou agent"
    supervisor=supervise-daemon
    command=/opt/koubou-agent/current/koubou
    command_args='agent keep --home /opt/koubou-agent'
    command_user=koubou-agent
    directory=/opt/koubou-agent
    respawn_delay=1
    respawn_max=0
    retry="SIGTERM/20"
    export HOME=/opt/koubou-agent

    depend() {
    	after localmount net
    }
    "
  `);
});

test('a run script for runit', () => {
  expect(runScript(contextFor('system', SYSTEM_HOME))).toMatchInlineSnapshot(`
    "#!/bin/sh
    cd /opt/koubou-agent || exit 1
    exec >/dev/null 2>&1
    exec chpst -u koubou-agent env HOME=/opt/koubou-agent USER=koubou-agent /opt/koubou-agent/current/koubou agent keep --home /opt/koubou-agent
    "
  `);
});

test('a script and crontab lines for cron', () => {
  expect(watchScript(contextFor('user', USER_HOME))).toMatchInlineSnapshot(`
    "#!/bin/sh
    # Starts the agent unless it runs. Called by cron.
    cd /home/aya/.local/share/koubou-agent || exit 1
    HOME=/home/aya
    export HOME
    exec </dev/null >/dev/null 2>&1
    mkdir -p lock
    # Started a second time the program ends by itself; this only spares it the start.
    if flock --help 2>&1 | grep -q -e --close; then
      exec flock -n -o lock/watch /home/aya/.local/share/koubou-agent/current/koubou agent keep --home /home/aya/.local/share/koubou-agent
    fi
    exec /home/aya/.local/share/koubou-agent/current/koubou agent keep --home /home/aya/.local/share/koubou-agent
    "
  `);
  expect(crontabLines(`${USER_HOME}/watch.sh`)).toMatchInlineSnapshot(`
    [
      "@reboot /home/aya/.local/share/koubou-agent/watch.sh",
      "* * * * * /home/aya/.local/share/koubou-agent/watch.sh",
    ]
  `);
  expect(crontabLines("/home/o'neill 100%/watch.sh")).toMatchInlineSnapshot(`
    [
      "@reboot '/home/o'\\''neill 100\\%/watch.sh'",
      "* * * * * '/home/o'\\''neill 100\\%/watch.sh'",
    ]
  `);
});

test('a property list for launchd', () => {
  expect(launchdPlist(contextFor('user', '/Users/aya/R&D/koubou'))).toMatchInlineSnapshot(`
    "<?xml version="1.0" encoding="UTF-8"?>
    <!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
    <plist version="1.0">
    <dict>
      <key>Label</key>
      <string>dev.koubou.koubou-agent</string>
      <key>ProgramArguments</key>
      <array>
        <string>/Users/aya/R&amp;D/koubou/current/koubou</string>
        <string>agent</string>
        <string>keep</string>
        <string>--home</string>
        <string>/Users/aya/R&amp;D/koubou</string>
      </array>
      <key>WorkingDirectory</key>
      <string>/Users/aya/R&amp;D/koubou</string>
      <key>LimitLoadToSessionType</key>
      <string>Background</string>
      <key>RunAtLoad</key>
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
    "
  `);
  expect(launchdPlist(contextFor('system', SYSTEM_HOME))).toContain(
    '<key>UserName</key>\n  <string>koubou-agent</string>',
  );
});

test('a task for Windows', () => {
  const dir = String.raw`C:\Users\Aya Ono\AppData\Local\koubou-agent`;
  expect(taskXml(contextFor('user', dir), 'signed_in')).toMatchInlineSnapshot(`
    "<?xml version="1.0"?>
    <Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
      <Triggers>
        <LogonTrigger>
          <Enabled>true</Enabled>
          <UserId>aya</UserId>
        </LogonTrigger>
      </Triggers>
      <Principals>
        <Principal id="Author">
          <UserId>aya</UserId>
          <LogonType>InteractiveToken</LogonType>
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
          <Command>C:\\Users\\Aya Ono\\AppData\\Local\\koubou-agent\\current\\koubou.exe</Command>
          <Arguments>agent keep --home "C:\\Users\\Aya Ono\\AppData\\Local\\koubou-agent"</Arguments>
          <WorkingDirectory>C:\\Users\\Aya Ono\\AppData\\Local\\koubou-agent</WorkingDirectory>
        </Exec>
      </Actions>
    </Task>
    "
  `);
  const always = taskXml(contextFor('user', dir), 'always');
  expect(always).toContain('<LogonType>S4U</LogonType>');
  expect(always).toContain('<BootTrigger>');
  expect(taskXml(contextFor('system', dir), 'always')).toContain('<UserId>S-1-5-19</UserId>');
});

const ANALYZE = '/usr/bin/systemd-analyze';

test.runIf(existsSync(ANALYZE))('systemd finds nothing wrong with the units', () => {
  const scratch = mkdtempSync(path.join(tmpdir(), 'koubou-unit-'));
  try {
    for (const folder of ['plain', 'with space', '50% done']) {
      const dir = path.join(scratch, folder);
      mkdirSync(path.join(dir, 'current'), { recursive: true });
      writeFileSync(path.join(dir, 'current', 'koubou'), '#!/bin/sh\n', { mode: 0o755 });
      const system = {
        ...contextFor('system', dir),
        user: { name: 'nobody', uid: 1, gid: 1, home: dir },
      };
      for (const [name, text] of [
        ['system', systemUnit(system)],
        ['user', userUnit(contextFor('user', dir))],
      ] as const) {
        const file = path.join(scratch, `koubou-${name}.service`);
        writeFileSync(file, text);
        // What the machine's own units are like is no business of ours; ours are named by their file.
        const said = execFileSync(ANALYZE, ['verify', '--man=no', file], {
          encoding: 'utf8',
          stdio: ['ignore', 'pipe', 'pipe'],
        });
        expect(said).toBe('');
      }
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
});
