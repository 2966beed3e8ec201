import path from 'node:path';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';

describe("Electron's main process", () => {
  // Nothing keeps compiled code for it: all that it loads is compiled at each start, before the window.
  it('loads neither zod with its methods and languages, nor the contract', async () => {
    const { metafile } = await build({
      entryPoints: [path.join(import.meta.dirname, 'main.ts')],
      bundle: true,
      write: false,
      metafile: true,
      platform: 'node',
      format: 'cjs',
      // What updates the app is loaded after the window, from a file of its own.
      external: ['electron', '*/updates.ts'],
    });
    const heavy = /zod\/v4\/(?:classic|locales)\/|shared\/contract/;
    const used = Object.values(metafile.outputs).flatMap(({ inputs }) =>
      Object.entries(inputs).flatMap(([file, { bytesInOutput }]) =>
        bytesInOutput > 0 ? [file] : [],
      ),
    );
    expect(used).toContainEqual(expect.stringContaining('main/electron/main.ts'));
    expect(used.filter((file) => heavy.test(file))).toEqual([]);
  });
});
