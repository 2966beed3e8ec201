import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { argsAfterUpdate, readOptions } from './options.ts';

const read = (...argv: string[]) => readOptions(argv, { XDG_DATA_HOME: '/data' }, '/home/aya');

describe.runIf(process.platform === 'linux')('the options of the desktop app', () => {
  it('have the data folder of this user, with the demo beside it', () => {
    const usual = { dataDir: '/data/koubou', demo: false, port: null, isHidden: false };
    expect(read()).toEqual({ ...usual, again: [], rollBack: null });
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
      rollBack: null,
    });
  });

  it('are the same after an update, but for what is done once', () => {
    const argv = ['--no-sandbox', '--demo', '--port', '9000', 'koubou://task/task-1'];
    const again = argsAfterUpdate(argv, read(...argv));
    expect(again).toEqual(['--no-sandbox', '--port', '9000', '--data', '/data/koubou/demo']);
    const back = ['--data', '/elsewhere', '--roll-back', '--yes'];
    expect(read(...back).rollBack).toEqual({ isSure: true });
    expect(argsAfterUpdate(back, read(...back))).toEqual(['--data', '/elsewhere']);
  });

  it('say what a start at login has to be told', () => {
    const { isHidden, again } = read('--hidden', '--data', '/elsewhere');
    expect([isHidden, again]).toEqual([true, ['--data', '/elsewhere']]);
  });
});
