/**
 * The probe for Windows, where no POSIX shell is: PowerShell, read from standard input line by line, so that each statement stands on
 * a line of its own. It answers in the same words as the script for sh. Written after the documentation and tried on no real Windows
 * so far.
 */

/** To be run by whatever shell sshd starts there. */
export const WINDOWS_SHELL = 'powershell -NoProfile -NonInteractive -Command -';

/** @param mark letters and digits only */
export function windowsProbe(mark: string): string {
  return SCRIPT.replace('MARK', mark);
}

const SCRIPT = String.raw`$mark = 'MARK'; $tab = [char]9; $ErrorActionPreference = 'SilentlyContinue'
function say($key, $text) { if ("$text" -ne '') { [Console]::Out.WriteLine("$mark $key $text") } }
[Console]::Out.WriteLine(''); say 'begin' 1
say 'clock' ([DateTimeOffset]::UtcNow.ToUnixTimeMilliseconds() / 1000).ToString('0.000', [Globalization.CultureInfo]::InvariantCulture)
$os = Get-CimInstance Win32_OperatingSystem; $cpu = @(Get-CimInstance Win32_Processor)
say 'kernel' 'Windows'; say 'release' $os.Version; say 'machine' $env:PROCESSOR_ARCHITECTURE
say 'os' ('windows' + $tab + $os.Version + $tab + $os.Caption)
say 'hostname' $env:COMPUTERNAME; say 'user' $env:USERNAME; say 'home_dir' $env:USERPROFILE
say 'cpus' ($cpu | Measure-Object -Property NumberOfLogicalProcessors -Sum).Sum
say 'memory_kib' $os.TotalVisibleMemorySize
say 'service' 'windows'
$admin = ([Security.Principal.WindowsPrincipal][Security.Principal.WindowsIdentity]::GetCurrent()).IsInRole('Administrators')
if ($admin) { say 'sudo' 'root'; say 'uid' 0 } else { say 'sudo' 'none'; say 'uid' 1 }
foreach ($name in 'git','python','node','npm','claude','codex','docker') { $found = Get-Command $name -CommandType Application | Select-Object -First 1; if ($found) { say 'tool' ($name + $tab + $found.Source + $tab + (& $found.Source --version 2>&1 | Select-Object -First 1)) } }
if (Resolve-DnsName github.com -QuickTimeout) { say 'names' 'yes' } else { say 'names' 'no' }
say 'end' 1
exit
`;
