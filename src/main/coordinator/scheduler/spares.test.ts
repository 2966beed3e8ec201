/** Which spare PCs are open, and that each is tried once. */
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { Enrolment } from '../../../shared/domain/agent.ts';
import { worker } from '../../../shared/domain/testing-agents.ts';
import { rejection } from '../../../shared/errors.ts';
import type { NewHost } from '../../../shared/provisioning.ts';
import { fail, ok } from '../../../shared/result.ts';
import { Settings } from '../../../shared/settings.ts';
import { createSpares } from './spares.ts';

const SPARES = 'ci@pi-1; ci@pi-2:2222 frontend; ci@pi-3; -bad';

function enrolledAt(host: string) {
  return Enrolment.parse({ via: 'ssh', keyHash: 'a'.repeat(64), host, at: 0 });
}

test('those are open that are no agents, and each is tried once', () => {
  const settings = { current: () => Settings.parse({ scaling: { spares: SPARES } }) };
  const asked: NewHost[] = [];
  const spares = createSpares({
    settings,
    journal: { agents: () => [worker('one', { enrolment: enrolledAt('ci@pi-1:22') })] },
    provisioner: {
      list: () => [],
      add(hosts) {
        asked.push(...hosts);
        const isBad = hosts.some(({ target }) => target === '-bad');
        return isBad ? fail(rejection('invalid_input', 'that names no host')) : ok([]);
      },
    },
    log: pino({ enabled: false }),
  });
  const open = spares.open();
  expect(open.map(({ target }) => target)).toEqual(['ci@pi-2:2222', 'ci@pi-3', '-bad']);
  for (const spare of open) spares.add(spare, 'much to do');
  expect(asked[0]).toMatchObject({
    target: 'ci@pi-2:2222',
    profile: { standby: true, specialties: ['frontend'] },
  });
  // The provisioner of this test forgets the others; the real one lists them, and so they are open no more.
  expect(spares.open().map(({ target }) => target)).toEqual(['ci@pi-2:2222', 'ci@pi-3']);
});

test('a setting that names a PC twice, or no specialty, is refused with how it is written', () => {
  for (const spares of ['a; a', 'a nonsense']) {
    const parsed = Settings.safeParse({ scaling: { spares } });
    expect(parsed.error?.issues[0]?.message).toContain('ci@pi-2:2222 frontend testing');
  }
  const list = Settings.parse({ scaling: { spares: ['a', 'b testing'] } });
  expect(list.scaling.spares).toBe('a; b testing');
});
