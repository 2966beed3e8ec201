/**
 * What runs on a Windows host around an upload and an installation: Windows PowerShell 5.1 with the .NET Framework that is part of
 * every Windows 10. Text in, text out. Written after Microsoft's documentation; no real Windows has run it yet.
 *
 * Each begins with its name and its settings, so that a reader of a log, and the simulated host of the tests, knows which it is.
 * The order of things is that of the scripts for sh (`upload-scripts.ts`): a build counts from the moment its `valid.json` has its name.
 */
import { powerShellText } from '../ssh/powershell.ts';
import type { BuildOnHost } from '../upload-scripts.ts';
import { WRONG_CHECKSUM } from '../upload-scripts.ts';
import type { HostCommand } from './family.ts';

/** A script with its settings as variables before it. */
function scriptOf(name: string, settings: Readonly<Record<string, string>>, text: string): string {
  const lines = Object.entries(settings).map(([key, value]) => `$${key}=${powerShellText(value)}`);
  return [`# koubou ${name}`, ...lines, text].join('\n');
}

/** Makes the folder of the upload, and prints how much of it is there. A file that is longer than ours is another one and goes. */
export function prepareScript({ packed, packedSize }: BuildOnHost): string {
  return scriptOf(
    'prepare',
    { packed, most: String(packedSize) },
    String.raw`[void][IO.Directory]::CreateDirectory([IO.Path]::GetDirectoryName($packed))
$file=New-Object IO.FileInfo $packed
if($file.Exists -and $file.Length -gt [long]$most){$file.Delete();$file.Refresh()}
$size=0
if($file.Exists){$size=$file.Length}
$out.Write("$size"+$n)`,
  );
}

/** Unpacks what was uploaded, and makes it count when it has the right checksum. Exit code `WRONG_CHECKSUM`: what came is removed. */
export function finishScript(about: BuildOnHost): string {
  const { home, build, size, sha256, version, packed } = about;
  return scriptOf(
    'finish',
    {
      ...{ packed, sha256, size: String(size), version: `${home}\\versions\\${build}` },
      valid: JSON.stringify({ sha256, size, version, build }),
    },
    String.raw`$own="$version.partial\koubou-$PID.exe"
$sum=New-Object Security.Cryptography.SHA256CryptoServiceProvider
$buffer=New-Object byte[] 1048576
$found='none'
$to=[IO.File]::Create($own)
$from=New-Object IO.Compression.GZipStream ([IO.File]::OpenRead($packed)),([IO.Compression.CompressionMode]::Decompress)
try{
while(($got=$from.Read($buffer,0,$buffer.Length)) -gt 0){$to.Write($buffer,0,$got);[void]$sum.TransformBlock($buffer,0,$got,$null,0)}
$to.Flush($true)
[void]$sum.TransformFinalBlock($buffer,0,0)
$found=[BitConverter]::ToString($sum.Hash).Replace('-','').ToLowerInvariant()
}catch [IO.InvalidDataException]{$found='none: it is damaged'}finally{$from.Close();$to.Close()}
$there=(New-Object IO.FileInfo $own).Length
if($found -ne $sha256 -or $there -ne [long]$size){
[IO.File]::Delete($own);[IO.File]::Delete($packed)
$err.Write("the checksum on the host is $found, $there bytes"+$n);$code=WRONG;return}
[void][IO.Directory]::CreateDirectory($version)
$exe="$version\koubou.exe"
if([IO.File]::Exists($exe)){[IO.File]::Delete($exe)}
[IO.File]::Move($own,$exe)
$bytes=$utf.GetBytes($valid)
$to=[IO.File]::Create("$own.json");try{$to.Write($bytes,0,$bytes.Length);$to.Flush($true)}finally{$to.Close()}
if([IO.File]::Exists("$version\valid.json")){[IO.File]::Delete("$version\valid.json")}
[IO.File]::Move("$own.json","$version\valid.json")
[IO.File]::Delete($packed)
if(-not [IO.Directory]::GetFileSystemEntries("$version.partial")){[IO.Directory]::Delete("$version.partial")}`.replace(
      'WRONG',
      String(WRONG_CHECKSUM),
    ),
  );
}

/**
 * Runs the executable with an order that lies in a file, which goes. A line break comes first: .NET may put a mark of its encoding
 * before all else. A running program cannot be removed on Windows, so the one that uninstalls is a copy elsewhere.
 */
export function hostScript(executable: string, command: HostCommand, order: string): string {
  const copy = String.raw`$own=[IO.Path]::GetTempPath()+'koubou-'+[guid]::NewGuid().ToString('N')
[void][IO.Directory]::CreateDirectory($own)
[IO.File]::Copy($exe,"$own\koubou.exe");$exe="$own\koubou.exe"
`;
  return scriptOf(
    'host',
    { exe: executable, command, order },
    String.raw`$bytes=[IO.File]::ReadAllBytes($order);[IO.File]::Delete($order)
$own=$null
${command === 'uninstall' ? copy : ''}$about=New-Object Diagnostics.ProcessStartInfo $exe,"agent host $command"
$about.UseShellExecute=$false;$about.RedirectStandardInput=$true;$about.WorkingDirectory=[IO.Path]::GetTempPath()
try{
$child=[Diagnostics.Process]::Start($about);$pipe=$child.StandardInput.BaseStream
$pipe.WriteByte(10);$pipe.Write($bytes,0,$bytes.Length);$pipe.WriteByte(10);$pipe.Close()
$child.WaitForExit();$code=$child.ExitCode
}finally{if($own){Remove-Item -LiteralPath $own -Recurse -Force -ErrorAction SilentlyContinue}}`,
  );
}

/** The last lines of each log. */
export function logScript(home: string): string {
  return scriptOf(
    'log',
    { logs: `${home}\\log` },
    String.raw`if([IO.Directory]::Exists($logs)){foreach($file in [IO.Directory]::GetFiles($logs)){
foreach($line in (Get-Content -LiteralPath $file -Tail 20 -Encoding UTF8)){$out.Write("$line"+$n)}}}`,
  );
}
