/** Reads how much a fetch has received from git's progress lines. Pure. */

const UNITS: Readonly<Record<string, number>> = {
  bytes: 1,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
};

/** `Receiving objects:  12% (3/25), 1.20 MiB | 5 MiB/s` → 1258291; 0 for other lines. */
export function bytesReceived(line: string): number {
  const found = /^(?:Receiving|Unpacking) objects: .*?, ([\d.]+) (bytes|[KMGT]iB) \|/.exec(line);
  return found ? Math.floor(Number(found[1]) * (UNITS[found[2] ?? ''] ?? 0)) : 0;
}
