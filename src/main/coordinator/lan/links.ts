/** Links that sign a browser of another device in. The token stands behind `#`, which no browser sends to anybody. */
import type { Access } from '../../../shared/access.ts';
import type { AccessLink } from '../../../shared/contract-access.ts';
import { ok, type Result } from '../../../shared/result.ts';
import type { Door } from './door.ts';
import type { NewAccess, People } from './people.ts';

export interface MadeAccess {
  readonly access: Access;
  readonly token: string;
  readonly link: AccessLink | null;
}

export interface Links {
  /** @param link opens the door, and says where it is. @throws when the disk says no */
  create(about: NewAccess, link: boolean, by: string): Promise<Result<MadeAccess>>;
}

export function createLinks({
  people,
  door,
}: {
  readonly people: Pick<People, 'create'>;
  readonly door: Pick<Door, 'open'>;
}): Links {
  return {
    async create(about, link, by) {
      // First: where there is no door, nobody is let in.
      const opened = link ? await door.open() : null;
      if (opened && !opened.ok) return opened;
      const made = await people.create(about, by);
      if (!made.ok) return made;
      const { token } = made.value;
      if (!opened) return ok({ ...made.value, link: null });
      const { origin, addresses, fingerprint } = opened.value;
      const url = `${origin}/#token=${token}`;
      return ok({ ...made.value, link: { url, addresses: [...addresses], fingerprint } });
    },
  };
}
