/**
 * Commands of the documentation that `test/cluster/docs.test.ts` does not run, each with the reason and with what tries it instead.
 * `test/contract/docs-commands.test.ts` holds them against the program all the same.
 */

export interface NotHere {
  readonly command: RegExp;
  readonly why: string;
}

export const NOT_HERE: readonly NotHere[] = [
  // The checkout: the run that this test is part of, or minutes of work.
  { command: /^npm start$/, why: 'opens the app: test/window' },
  {
    command: /^npm start -- --demo\b/,
    why: 'the demo: test/window/demo.spec.ts, test/cluster/serve.test.ts',
  },
  { command: /^npm (test|ci|install)\b/, why: 'this very run, or the installation it needs' },
  {
    command: /^npm run (check|bench|faults|screens|docs)\b/,
    why: 'minutes of work, or writes into the checkout; a stage of npm test, or by hand',
  },
  {
    command: /^(\w+=\S+ )?npm run (package|build:koubou)\b/,
    why: 'builds for minutes: the stage of the executable, scripts/package',
  },
  { command: /^npx vitest\b/, why: 'names a file that the reader writes' },
  { command: /^(git clone|cd koubou)\b/, why: 'the repository on the Internet' },
  { command: /^koubou serve --demo\b/, why: 'the demo: test/cluster/serve.test.ts' },
  // Other computers.
  {
    command: /^koubou (agents add|agents remove|doctor --host|agents update)\b/,
    why: 'needs another PC: test/cluster/provision.test.ts, update.test.ts',
  },
  {
    command: /^(koubou|\.\/koubou) agent (join|run)\b/,
    why: 'needs an invitation or another PC: test/cluster/joined.test.ts',
  },
  {
    command: /^(sudo )?(koubou|\.\/koubou) agent service\b/,
    why: 'changes the services of this PC: test/cluster/service.test.ts',
  },
  {
    command: /^koubou serve --queue 'redis:/,
    why: 'needs the Redis it names: test/cluster/sites.test.ts',
  },
  {
    command: /^koubou tasks watch\b/,
    why: 'goes on until somebody ends it, or its task does: test/contract/command-line.test.ts',
  },
  // Somebody at a terminal, or a server on the Internet.
  {
    command: /^koubou accounts (add|sign-in)\b/,
    why: 'asks a person for a key, and the provider about it: test/cluster/accounts.test.ts',
  },
  { command: /^koubou github\b/, why: 'asks GitHub: test/cluster/github.test.ts' },
  { command: /^koubou import (https:|acme\/)/, why: 'asks GitHub: test/cluster/github.test.ts' },
  // The system.
  {
    command: /^(sudo )?(apt|apt-get|dpkg|dnf|rpm|zypper|pacman|brew|winget|snap)\b/,
    why: 'installs into the system: test/install',
  },
  {
    command: /^(sudo )?(systemctl|systemd-analyze|journalctl|loginctl)\b/,
    why: 'needs the machine’s systemd: test/contract/deploy checks the unit',
  },
  {
    command: /^(sudo )?(docker|podman|kubectl)\b/,
    why: 'needs a container engine or a cluster: test/contract/deploy checks the files',
  },
  {
    command: /^(sudo )?(ufw|firewall-cmd|iptables|netsh|New-NetFirewallRule)\b/,
    why: 'changes the firewall of this PC',
  },
  {
    command: /^(sudo )?(install|cp|mv|ln|chmod|tar|sha256sum|useradd)\b/,
    why: 'puts an installation somewhere: test/install',
  },
  { command: /^ssh\b/, why: 'needs another PC' },
];

export function whyNotHere(command: string): string | undefined {
  return NOT_HERE.find(({ command: pattern }) => pattern.test(command))?.why;
}
