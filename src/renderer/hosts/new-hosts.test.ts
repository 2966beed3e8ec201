import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AgentProfile } from '../../shared/domain/agent.ts';
import { NewHost } from '../../shared/provisioning.ts';
import {
  draftOf,
  EMPTY_SHARED,
  profileOf,
  saysClearance,
  wakeAddressOf,
  withShared,
} from './new-hosts.ts';

const host = (target: string, profile: Partial<AgentProfile> = {}): NewHost =>
  NewHost.parse({ target, profile });

describe('what is said for all hosts', () => {
  const shared = {
    ...EMPTY_SHARED,
    groups: ['build'],
    location: ' Tokyo ',
    specialties: ['testing' as const],
    install: 'system' as const,
  };

  it('is added to what the list says of each', () => {
    const [own, plain] = withShared(
      [host('a', { groups: ['gpu'], location: 'Kyoto' }), host('b')],
      shared,
      false,
    );
    expect(own).toMatchObject({
      install: 'system',
      profile: { groups: ['gpu', 'build'], location: 'Kyoto', specialties: ['testing'] },
    });
    expect(plain?.profile).toMatchObject({ groups: ['build'], location: 'Tokyo' });
  });

  it('names and wakes a single host only', () => {
    const one = { ...shared, name: 'kiln', wakeAddress: '00-1B-44-11-3A-B7' };
    expect(withShared([host('a')], one, false)[0]).toMatchObject({
      name: 'kiln',
      profile: { wakeAddress: '00:1b:44:11:3a:b7' },
    });
    for (const each of withShared([host('a'), host('b')], one, false)) {
      expect(each.name).toBeUndefined();
      expect(each.profile.wakeAddress).toBeNull();
    }
  });

  it('never changes a clearance that the list gives', () => {
    const low = { ...shared, clearance: 'confidential' as const };
    const listed = [host('a', { clearance: 'public' }), host('b', { clearance: 'internal' })];
    expect(withShared(listed, low, true).map(({ profile }) => profile.clearance)).toEqual([
      'public',
      'internal',
    ]);
    expect(withShared(listed, low, false)[1]?.profile.clearance).toBe('confidential');
  });

  it('makes hosts that the coordinator takes', () => {
    const text = fc.string({ maxLength: 12 });
    const draft = fc.record({ location: text, name: text, wakeAddress: text });
    fc.assert(
      fc.property(draft, fc.integer({ min: 1, max: 4 }), (part, count) => {
        const hosts = Array.from({ length: count }, (_, index) => host(`pc${index}`));
        for (const made of withShared(hosts, { ...shared, ...part }, false)) {
          expect(NewHost.safeParse(made).success).toBe(true);
        }
      }),
    );
  });
});

it.each([
  ['host,user,clearance\na,b,public', true],
  ['\n host ; Clearance ;mac\na;public;', true],
  ['clearance', false],
  ['aya@clearance.lan\nben@x', false],
  ['', false],
])('%j says clearance: %s', (text, says) => expect(saysClearance(text)).toBe(says));

it.each([
  ['', null],
  ['  ', null],
  ['00:1b:44:11:3a:b7', '00:1b:44:11:3a:b7'],
  ['00-1B-44-11-3A-B7', '00:1b:44:11:3a:b7'],
  ['001b.4411.3ab7', '00:1b:44:11:3a:b7'],
  ['00:1b:44:11:3a', undefined],
  ['::', undefined],
  ['kiln', undefined],
])('the hardware address %j is %j', (text, address) => expect(wakeAddressOf(text)).toBe(address));

it('shows a profile and takes it back unchanged', () => {
  const profile: AgentProfile = {
    groups: ['a'],
    location: 'Tokyo',
    clearance: 'confidential',
    specialties: ['backend'],
    wakeAddress: '00:1b:44:11:3a:b7',
    mayOrder: true,
    standby: true,
  };
  for (const each of [profile, AgentProfile.parse({})]) {
    expect(profileOf(draftOf(each))).toEqual(each);
  }
});
