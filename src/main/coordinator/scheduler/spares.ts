/**
 * PCs of the setting `scaling.spares` that could become agents: which are open, and how one is added. What it asks of a person, and what
 * goes wrong, stands with all other hosts that are added.
 */
import type { Logger } from 'pino';
import { AgentProfile } from '../../../shared/domain/agent.ts';
import type { Settings } from '../../../shared/settings.ts';
import { spareHosts, type SpareHost } from '../../../shared/spare-hosts.ts';
import type { Journal } from '../journal/port.ts';
import type { Provisioner } from '../provision/port.ts';

/** What scaling knows of them. */
export interface Spares {
  /** Those that are no agents, and that nobody has tried to add since the coordinator started. */
  open(): readonly SpareHost[];
  add(spare: SpareHost, why: string): void;
}

export interface SparesDeps {
  readonly journal: Pick<Journal, 'agents'>;
  readonly provisioner: Pick<Provisioner, 'add' | 'list'>;
  readonly settings: { current(): Pick<Settings, 'scaling'> };
  readonly log: Logger;
}

export function createSpares({ journal, provisioner, settings, log }: SparesDeps): Spares {
  const refused = new Set<string>();
  return {
    open() {
      const all = spareHosts(settings.current().scaling.spares);
      if (all.length === 0) return all;
      const tried = new Set(provisioner.list().map(({ target }) => target));
      const hosts = journal.agents().flatMap(({ enrolment }) => enrolment?.host ?? []);
      const isMember = (target: string): boolean =>
        hosts.some((host) => host === target || host === `${target}:22`);
      return all.filter(
        ({ target }) => !refused.has(target) && !tried.has(target) && !isMember(target),
      );
    },
    add({ target, specialties }, why) {
      const profile = AgentProfile.parse({ standby: true, specialties });
      const added = provisioner.add([{ target, profile, install: 'user' }]);
      if (added.ok) {
        log.info({ target, why }, 'a spare PC becomes an agent');
        return;
      }
      // Nothing else would bring it up: a target that is none stays one.
      refused.add(target);
      log.warn({ target, why }, `a spare PC cannot become an agent: ${added.error.message}`);
    },
  };
}
