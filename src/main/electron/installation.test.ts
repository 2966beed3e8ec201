import { describe, expect, it } from 'vitest';
import { appProgram, demoCommand } from './installation.ts';

const installed = {
  isPackaged: true,
  platform: 'linux',
  env: {},
  execPath: '/opt/Koubou/koubou-desktop',
};

describe('what is typed to see the demo', () => {
  it('is the name on the PATH where a package was installed', () => {
    expect(demoCommand(installed)).toBe('koubou-desktop --demo');
  });

  it('is a script of the checkout in a checkout', () => {
    expect(demoCommand({ ...installed, isPackaged: false })).toBe('npm start -- --demo');
  });

  it('names the file that was downloaded', () => {
    const env = { APPIMAGE: '/home/aya/My Apps/koubou.AppImage' };
    const execPath = '/tmp/.mount_k/koubou-desktop';
    expect(appProgram({ env, execPath })).toBe(env.APPIMAGE);
    expect(demoCommand({ ...installed, env, execPath })).toBe(
      '"/home/aya/My Apps/koubou.AppImage" --demo',
    );
    expect(demoCommand({ ...installed, execPath: '/home/aya/koubou/koubou-desktop' })).toBe(
      '/home/aya/koubou/koubou-desktop --demo',
    );
  });

  it('is what other systems understand', () => {
    const execPath = 'C:\\Program Files\\Koubou\\Koubou.exe';
    expect(demoCommand({ ...installed, platform: 'win32', execPath })).toBe(`"${execPath}" --demo`);
    expect(demoCommand({ ...installed, platform: 'darwin' })).toMatch(/^open -n -a Koubou /);
  });
});
