/** The part of Electron's security checklist that shows in the sources; `docs/security-checklist.md` has the whole list. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

const ROOT = path.resolve(import.meta.dirname, '../../..');

/** Our sources by name, without tests. */
function sourcesIn(...folders: string[]): Map<string, string> {
  const names = folders.flatMap((folder) =>
    readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(?:tsx?|html)$/.test(name) && !/\.test\.tsx?$/.test(name))
      .map((name) => path.join(folder, name)),
  );
  return new Map(names.map((name) => [name, readFileSync(path.join(ROOT, name), 'utf8')]));
}

function thatSay(pattern: RegExp, sources: ReadonlyMap<string, string>): string[] {
  return [...sources].filter(([, text]) => pattern.test(text)).map(([name]) => name);
}

describe('the security checklist, in the sources', () => {
  const shell = sourcesIn('src/main/electron', 'src/preload');
  const page = sourcesIn('src/renderer');

  it('8, 9, 10, 11: names nothing that loosens the page', () => {
    const loose =
      /allowRunningInsecureContent|experimentalFeatures|enableBlinkFeatures|allowpopups|webSecurity/i;
    expect(thatSay(loose, new Map([...shell, ...page]))).toEqual([]);
  });

  it('15: opens addresses outside in one place, which looks at them first', () => {
    expect(thatSay(/openExternal/, shell)).toEqual(['src/main/electron/lock-down.ts']);
    const paths = [...shell.values()].flatMap((text) => text.match(/openPath\([^)]*\)/g) ?? []);
    expect(paths).toEqual(['openPath(deps.dataDir)']);
  });

  it('16: has one exact version of Electron, and that is what is installed', () => {
    const read = (file: string): unknown => JSON.parse(readFileSync(path.join(ROOT, file), 'utf8'));
    const { devDependencies } = z
      .object({ devDependencies: z.object({ electron: z.string().regex(/^\d+\.\d+\.\d+$/) }) })
      .parse(read('package.json'));
    const installed = z.object({ version: z.string() });
    expect(installed.parse(read('node_modules/electron/package.json')).version).toBe(
      devDependencies.electron,
    );
  });

  it('17: listens to pages in one file, where each verb looks at who asks and at what is said', () => {
    expect(thatSay(/\bipcMain\b/, shell)).toEqual(['src/main/electron/bridge.ts']);
    const bridge = shell.get('src/main/electron/bridge.ts') ?? '';
    expect(bridge.match(/ipcMain\.(?:handle|on)\(/g)).toHaveLength(2);
    expect(bridge.match(/isOurPage\(event\)/g)).toHaveLength(2);
    expect(bridge.match(/schema\.(?:parse|safeParse)\(said\)/g)).toHaveLength(2);
  });

  it('18: loads no file: address', () => {
    expect(thatSay(/loadFile\(|file:\/\//, shell)).toEqual([]);
  });

  it('20: says what the page gets in one place', () => {
    expect(thatSay(/exposeInMainWorld/, shell)).toEqual(['src/preload/index.ts']);
    expect(thatSay(/from 'electron'/, page)).toEqual([]);
  });
});
