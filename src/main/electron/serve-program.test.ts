import { expect, it } from 'vitest';
import { serveProgram } from './serve-program.ts';

const places = { appDir: '/app', resourcesDir: '/opt/Koubou/resources', platform: 'linux' };

it('is the executable that came with the installed app', () => {
  expect(serveProgram({ ...places, isPackaged: true })).toEqual({
    command: '/opt/Koubou/resources/bin/koubou',
    args: [],
  });
});

it('has its own name on Windows', () => {
  const { command } = serveProgram({ ...places, isPackaged: true, platform: 'win32' });
  expect(command).toMatch(/koubou\.exe$/);
});

it('is what was built in a checkout', () => {
  const { command, args } = serveProgram({ ...places, isPackaged: false });
  expect([command, args.at(-1)]).toEqual(['node', '/app/dist/launch.cjs']);
});
