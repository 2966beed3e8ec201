/** Called by electron-builder when the app's folder stands: sets the fuses and reads them back. */
import fs from 'node:fs';
import path from 'node:path';
import { setFuses, wrongFuses } from '../desktop/fuses.mjs';

// electron-builder takes the default export of the file that its configuration names.
// oxlint-disable-next-line import/no-default-export
export default async function afterPack({ appOutDir, electronPlatformName, packager }) {
  const platform = electronPlatformName;
  const binary = binaryOf(appOutDir, platform, packager);
  // An Electron that is given as a folder keeps its own default app.
  fs.rmSync(path.join(appOutDir, 'resources/default_app.asar'), { force: true });
  await setFuses(binary, { platform });
  const wrong = await wrongFuses(binary);
  if (wrong.length > 0) throw new Error(`fuses of ${binary} are wrong: ${wrong.join(', ')}`);
}

function binaryOf(dir, platform, { appInfo, executableName }) {
  if (platform === 'darwin') return path.join(dir, `${appInfo.productFilename}.app`);
  if (platform === 'win32') return path.join(dir, `${appInfo.productFilename}.exe`);
  return path.join(dir, executableName);
}
