/** From what was typed into the form to the hosts that are added. Pure. */
import type { AgentProfile } from '../../shared/domain/agent.ts';
import type { NewHost } from '../../shared/provisioning.ts';

/** A profile as it stands in a form: text is not yet checked. */
export interface ProfileDraft {
  readonly groups: string[];
  readonly location: string;
  readonly clearance: AgentProfile['clearance'];
  readonly specialties: AgentProfile['specialties'];
  readonly wakeAddress: string;
  readonly mayOrder: boolean;
  readonly standby: boolean;
}

/** What is said for all hosts at once. */
export interface SharedDraft extends ProfileDraft {
  /** Of a single host only. */
  readonly name: string;
  readonly install: NewHost['install'];
}

/** The coordinator takes no more in one call. */
export const MOST_HOSTS = 500;

export const EMPTY_SHARED: SharedDraft = {
  name: '',
  groups: [],
  location: '',
  clearance: 'internal',
  specialties: [],
  wakeAddress: '',
  mayOrder: false,
  standby: false,
  install: 'user',
};

/**
 * The hosts of a list with what was said for all of them. What the list says of a host itself is kept; groups and
 * specialties are added. Name and hardware address are of one machine, so they count for a single host only.
 *
 * @param listSaysClearance what the list says is never raised or lowered
 */
export function withShared(
  hosts: readonly NewHost[],
  shared: SharedDraft,
  listSaysClearance: boolean,
): NewHost[] {
  const { groups, location, clearance, specialties, wakeAddress, mayOrder, standby } =
    profileOf(shared);
  return hosts.map((host) => {
    const { profile } = host;
    const name = hosts.length === 1 && shared.name.trim() !== '' ? shared.name.trim() : host.name;
    return {
      ...host,
      ...(name !== undefined && { name }),
      install: shared.install,
      profile: {
        groups: union(profile.groups, groups),
        location: profile.location ?? location,
        clearance: listSaysClearance ? profile.clearance : clearance,
        specialties: union(profile.specialties, specialties),
        wakeAddress: profile.wakeAddress ?? (hosts.length === 1 ? wakeAddress : null),
        mayOrder: profile.mayOrder || mayOrder,
        standby: profile.standby || standby,
      },
    };
  });
}

/** True when the header of a CSV names the column: then the form must not overrule it. */
export function saysClearance(text: string): boolean {
  const header = text.split('\n').find((line) => line.trim() !== '') ?? '';
  const columns = header.split(/[,;\t]/).map((column) => column.trim().toLowerCase());
  return columns.length > 1 && columns.includes('clearance');
}

export function profileOf(draft: ProfileDraft): AgentProfile {
  return {
    groups: draft.groups,
    location: draft.location.trim() || null,
    clearance: draft.clearance,
    specialties: draft.specialties,
    wakeAddress: wakeAddressOf(draft.wakeAddress) ?? null,
    mayOrder: draft.mayOrder,
    standby: draft.standby,
  };
}

export function draftOf(profile: AgentProfile): ProfileDraft {
  const { groups, location, clearance, specialties, wakeAddress, mayOrder, standby } = profile;
  return {
    groups: [...groups],
    location: location ?? '',
    clearance,
    specialties: [...specialties],
    wakeAddress: wakeAddress ?? '',
    mayOrder,
    standby,
  };
}

/** A hardware address as the contract has it, however it was written; `null` for none, `undefined` for what is none. */
export function wakeAddressOf(text: string): string | null | undefined {
  const digits = text.trim().toLowerCase().replaceAll(/[:.-]/g, '');
  if (digits === '') return text.trim() === '' ? null : undefined;
  return /^[0-9a-f]{12}$/.test(digits) ? (digits.match(/../g) ?? []).join(':') : undefined;
}

function union<T>(own: readonly T[], more: readonly T[]): T[] {
  return [...new Set([...own, ...more])];
}
