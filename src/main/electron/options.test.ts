import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readOptions } from './options.ts';

const read = (...argv: string[]) => readOptions(argv, { XDG_DATA_HOME: '/data' }, '/home/aya');

describe.runIf(process.platform === 'linux')('the options of the desktop app', () => {
  it('have the data folder of this user, with the demo beside it', () => {
    const usual = { dataDir: '/data/koubou', demo: false, port: null, isHidden: false };
    expect(read()).toEqual({ ...usual, again: [] });
    expect(read('--demo').dataDir).toBe('/data/koubou/demo');
    expect(read('--demo', '--data', 'here').dataDir).toBe(path.resolve('here'));
  });

  it('leave the switches of Chromium alone', () => {
    expect(
      read('--no-sandbox', '/work/app', '--remote-debugging-port=0', '--port', '9000'),
    ).toEqual({
      dataDir: '/data/koubou',
      demo: false,
      port: '9000',
      isHidden: false,
      again: [],
    });
  });

  it('say what a start at login has to be told', () => {
    const { isHidden, again } = read('--hidden', '--data', '/elsewhere');
    expect([isHidden, again]).toEqual([true, ['--data', '/elsewhere']]);
  });
});
