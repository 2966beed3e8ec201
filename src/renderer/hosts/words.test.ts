/** Steps and problems are worded in both languages; what has no value or word stays as it was said. */
import { expect, test } from 'vitest';
import { StepSaid } from '../../shared/provisioning.ts';
import { en } from '../i18n/en.ts';
import { ja } from '../i18n/ja.ts';
import { checkName, problemWords, stepWords } from './words.ts';

const SAID = [
  { code: 'reached', host: 'mill:22', through: ['gate:22'] },
  { code: 'key_known' },
  { code: 'key_accepted', fingerprint: 'SHA256:x' },
  { code: 'signed_in', user: 'aya', by: 'key' },
  { code: 'probed', hostname: 'mill', os: 'Debian 12', machine: 'x86_64', cpus: 4 },
  { code: 'fits' },
  { code: 'fits_barely', checks: ['Memory', 'Docker'] },
  { code: 'there_already', version: '1.2.0' },
  { code: 'uploaded', bytes: 3_000_000, bytesPerS: 1_000_000, resumedAt: 500_000 },
  { code: 'installed', service: 'systemd', changed: true, note: 'Lingers.' },
  { code: 'connected', agentId: 'mill', version: '1.2.0' },
  { code: 'ready', agentId: 'mill' },
  { code: 'nothing_there', agentId: 'mill' },
  { code: 'removed' },
  { code: 'left', what: ['/opt/koubou'] },
].map((said) => StepSaid.parse(said));

test('what a step says, every kind of it', () => {
  expect(new Set(SAID.map(({ code }) => code)).size).toBe(StepSaid.options.length);
  for (const said of SAID) {
    const step = { said, message: 'as it was said' };
    const [english, japanese] = [stepWords(step, en), stepWords(step, ja)];
    expect(english).not.toMatch(/undefined|null|as it was said/);
    expect(japanese).not.toMatch(/undefined|null|as it was said/);
    expect(japanese).not.toBe(english);
  }
  expect(stepWords({ message: 'as it was said' }, ja)).toBe('as it was said');
  const barely = { said: SAID[6], message: '' };
  expect(stepWords(barely, ja)).toContain('メモリ、Docker');
});

test('why it ended: in words of the language, with what the coordinator said beside them', () => {
  const error = { code: 'refused', message: 'mill:22 refused the connection.' };
  expect(problemWords(error, en)).toEqual({ words: error.message, detail: null });
  expect(problemWords(error, ja)).toEqual({
    words: ja.provisioning.problems['refused'],
    detail: error.message,
  });
  const other = { code: 'something_new', message: 'New.' };
  expect(problemWords(other, ja)).toEqual({ words: 'New.', detail: null });
  expect([checkName('Disk', ja), checkName('Git', ja)]).toEqual(['ディスク', 'Git']);
});
