/**
 * The probe for Windows: three scripts for PowerShell, since a command line there is short. They answer in the same words as the
 * script for sh, change nothing but a file that they remove, and run at the same time. Written after the documentation: no real
 * Windows has run them so far.
 */
import { powerShellText } from '../ssh/powershell.ts';
import type { ProbeQuestions } from './script.ts';

/** @returns scripts whose answers, put together in this order, are one answer */
export function windowsProbe({
  mark,
  coordinators,
}: Pick<ProbeQuestions, 'mark' | 'coordinators'>): string[] {
  const ways = coordinators.map(({ host, port }) => powerShellText(`${host} ${port}`)).join(',');
  const say = `$mark=${powerShellText(mark)};$tab=[string][char]9
function say($key,$text){if("$text" -ne ''){$out.Write("$mark $key $text"+$n)}}
`;
  return [
    `# koubou probe system\n${say}${SYSTEM}`,
    `# koubou probe places\n${say}${PLACES}`,
    `# koubou probe tools\n${say}$ways=@(${ways})\n${TOOLS}`,
  ];
}

const SYSTEM = String.raw`say begin 1
say clock (([DateTimeOffset]::UtcNow.ToUnixTimeMilliseconds()/1000).ToString('0.000',[Globalization.CultureInfo]::InvariantCulture))
$ErrorActionPreference='SilentlyContinue'
$os=Get-CimInstance Win32_OperatingSystem
say kernel Windows;say release $os.Version;say machine $env:PROCESSOR_ARCHITECTURE
say os ('windows'+$tab+$os.Version+$tab+$os.Caption)
say hostname $env:COMPUTERNAME;say user $env:USERNAME;say home_dir $env:USERPROFILE
say cpus (Get-CimInstance Win32_Processor|Measure-Object -Property NumberOfLogicalProcessors -Sum).Sum
say memory_kib $os.TotalVisibleMemorySize
say service windows
$who=[Security.Principal.WindowsPrincipal][Security.Principal.WindowsIdentity]::GetCurrent()
if($who.IsInRole([Security.Principal.WindowsBuiltInRole]::Administrator)){say sudo root;say uid 0}else{say sudo none;say uid 1}
$mine=("$env:SSH_CONNECTION" -split ' ')[2]
$card=Get-CimInstance Win32_NetworkAdapterConfiguration -Filter 'IPEnabled=TRUE'|Where-Object{$mine -and $_.IPAddress -contains $mine}|Select-Object -First 1
say mac $card.MACAddress`;

const PLACES = String.raw`$base=[Environment]::GetFolderPath('LocalApplicationData')
$at="$base\koubou-agent"
$disk=New-Object IO.DriveInfo ([IO.Path]::GetPathRoot($at))
$writes='no';$try="$base\.koubou-probe-$PID"
try{[IO.File]::WriteAllText($try,'x');$writes='yes'}catch [IO.IOException]{if($disk.AvailableFreeSpace -lt 65536){$writes='full'}}catch{}
if([IO.File]::Exists($try)){[IO.File]::Delete($try)}
function kib($bytes){[math]::Floor($bytes/1024)}
say place (@(1,'user',(kib $disk.AvailableFreeSpace),(kib $disk.TotalSize),$writes,'unknown',$at) -join $tab)
if([IO.Directory]::Exists($at)){
say found (@(1,$env:USERNAME) -join $tab)
function flat($file){[IO.File]::ReadAllText($file) -replace '[\r\n]',''}
if([IO.File]::Exists("$at\manifest.json")){say manifest (@(1,(flat "$at\manifest.json")) -join $tab)}
$link=Get-Item -LiteralPath "$at\current" -ErrorAction SilentlyContinue
if($link.Target){say current (@(1,@($link.Target)[0]) -join $tab)}
if([IO.Directory]::Exists("$at\versions")){foreach($version in [IO.Directory]::GetDirectories("$at\versions")){
$exe=New-Object IO.FileInfo "$version\koubou.exe"
if([IO.File]::Exists("$version\valid.json")){if($exe.Exists){say valid (@(1,$exe.Length,(flat "$version\valid.json"),$version) -join $tab)}}
else{foreach($file in [IO.Directory]::GetFiles($version,'koubou*.gz')){say partial (@(1,(New-Object IO.FileInfo $file).Length,$version) -join $tab)}}}}}`;

const TOOLS = String.raw`$ErrorActionPreference='SilentlyContinue'
$tries=@(foreach($way in $ways){
$name,$port=$way -split ' ';$family='InterNetwork';if($name.Contains(':')){$family='InterNetworkV6'}
$socket=New-Object Net.Sockets.TcpClient ([Net.Sockets.AddressFamily]$family)
@{name=$name;port=$port;socket=$socket;wait=$socket.BeginConnect($name,[int]$port,$null,$null)}})
$asked=@(foreach($tool in 'git','python','node','npm','claude','codex','gemini','opencode','docker'){
$file=(Get-Command $tool -CommandType Application|Where-Object{$_.Source -notlike '*\WindowsApps\*'}|Select-Object -First 1).Source
if($file){$ask='--version';if($tool -eq 'docker'){$ask='version --format {{.Server.Version}}'}
$about=New-Object Diagnostics.ProcessStartInfo $env:ComSpec,('/d /s /c ""'+$file+'" '+$ask+' 2>&1"')
$about.UseShellExecute=$false;$about.RedirectStandardOutput=$true;$about.RedirectStandardInput=$true
$child=[Diagnostics.Process]::Start($about);$child.StandardInput.Close()
@{tool=$tool;file=$file;child=$child;line=$child.StandardOutput.ReadLineAsync()}}})
foreach($one in $asked){$line='';if($one.line.Wait(5000)){$line=$one.line.Result}
if(-not $one.child.HasExited){[void]$one.child.WaitForExit(200);$one.child.Kill()}
$tool=$one.tool;if($tool -eq 'python'){$tool='python3'}
if($tool -eq 'docker'){$ready='';if($line -match '^\d'){$ready='ready '};say docker ($ready+$line)}
say tool (@($tool,$one.file,$line) -join $tab)}
foreach($one in $tries){$answer='no'
if($one.wait -and $one.wait.AsyncWaitHandle.WaitOne(2000) -and $one.socket.Connected){$answer='yes'}
say reach (@($answer,$one.name,$one.port) -join $tab);$one.socket.Close()}
$names='no';if(Resolve-DnsName github.com -QuickTimeout){$names='yes'}
say names $names
say end 1`;
