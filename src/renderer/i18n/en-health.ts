/** How the checks of an agent's health read, in English. */
import type { Check, Verdict } from '../agents/detail/checks.ts';

export interface CheckWords {
  readonly name: string;
  /** `found`: the figure, or what the machine says. */
  readonly says: Readonly<Record<Verdict, (found: string) => string>>;
  /** What to do about it. */
  readonly todo: { readonly note: string; readonly bad: string };
}

const checks: Record<Check, CheckWords> = {
  connection: {
    name: 'Connection',
    says: {
      good: (found) => (found === '' ? 'Connected' : `Connected, heard ${found} ago`),
      note: (found) => `Its heartbeats are late: heard ${found} ago`,
      bad: (found) => (found === '' ? 'Not connected' : `Silent for ${found}`),
      unknown: (found) => (found === '' ? 'Was not here yet' : `At rest for ${found}`),
    },
    todo: {
      note: 'Look at its network and load. Nothing is lost meanwhile.',
      bad: 'Start the PC, or its agent; look at the network between. It connects by itself.',
    },
  },
  work: {
    name: 'Takes work',
    says: {
      good: (found) => `Takes work, ${found} slots in use`,
      note: (found) => `Takes no new work, ${found} slots in use`,
      bad: () => 'A trouble keeps work away from it',
      unknown: () => 'Takes work when it is connected',
    },
    todo: {
      note: 'If somebody paused it, resume it. If it is overloaded, it goes on by itself.',
      bad: 'See the trouble below; when it has passed, work comes by itself.',
    },
  },
  disk: {
    name: 'Disk',
    says: {
      good: (found) => `${found} free`,
      note: (found) => `Little room: ${found}`,
      bad: (found) => found,
      unknown: () => 'Not known just now',
    },
    todo: {
      note: 'Make room soon. Old work trees are cleaned away by themselves.',
      bad: 'Make room on that disk, or look at it if it takes no writes.',
    },
  },
  memory: {
    name: 'Memory',
    says: {
      good: (found) => `${found} in use`,
      note: (found) => `Much is in use: ${found}`,
      bad: (found) => `Nearly all is in use: ${found}`,
      unknown: () => 'Not known just now',
    },
    todo: {
      note: 'Watch it; with fewer slots it would use less.',
      bad: 'Give it fewer slots or more memory: the system may kill what runs.',
    },
  },
  load: {
    name: 'Load',
    says: {
      good: (found) => `${found} cores`,
      note: (found) => `Busy: ${found} cores`,
      bad: (found) => `Far too much at once: ${found} cores`,
      unknown: () => 'Not known just now',
    },
    todo: {
      note: 'Work takes longer here. With fewer slots it would be quicker.',
      bad: 'Give it fewer slots, or look for what else runs on the PC.',
    },
  },
  clock: {
    name: 'Clock',
    says: {
      good: (found) => `As the coordinator’s (${found})`,
      note: (found) => `Off by ${found}`,
      bad: (found) => `Wrong by ${found}`,
      unknown: () => 'It did not say',
    },
    todo: {
      note: 'Let the PC set its clock over the network.',
      bad: 'Set its clock: dates in commits are wrong, and other programs may refuse certificates. Leases do not depend on it.',
    },
  },
  engines: {
    name: 'Engines',
    says: {
      good: (found) => `${found} ready`,
      note: (found) => `Not all are ready. ${found}`,
      bad: (found) => (found === '' ? 'None was found' : `None is ready. ${found}`),
      unknown: () => 'Not known yet',
    },
    todo: {
      note: 'Sign in to that engine on the PC, or install it there.',
      bad: 'Install an engine on the PC and sign in to it. It is found by itself.',
    },
  },
  certificate: {
    name: 'Certificate',
    says: {
      good: (found) =>
        found === '' ? 'Needs none on this PC' : `Good for ${found}, renews itself`,
      note: (found) => `Should have been renewed; good for ${found}`,
      bad: (found) => `Ends in ${found}`,
      unknown: () => 'It did not say',
    },
    todo: {
      note: 'Look at the agent’s log for why it is not renewed.',
      bad: 'Look at its log and clock. If it ends, the agent renews it when it connects again.',
    },
  },
  program: {
    name: 'Program',
    says: {
      good: (found) => `Koubou ${found}`,
      note: (found) => `Not the newest: ${found}`,
      bad: (found) => found,
      unknown: () => 'Not known yet',
    },
    todo: {
      note: 'Update it; the old version goes on until the new one has passed its self-test.',
      bad: 'Update it.',
    },
  },
  tunnel: {
    name: 'Tunnel',
    says: {
      good: () => 'Reached through the SSH connection',
      note: () => 'The tunnel is slow',
      bad: () => 'The tunnel is down',
      unknown: () => 'Not known',
    },
    todo: {
      note: 'Look at the network between.',
      bad: 'It is made again by itself with an SSH key; otherwise add that PC again.',
    },
  },
};

export const enHealth = {
  title: 'Health',
  checks,
  verdicts: {
    good: 'Good',
    note: 'Look at it',
    bad: 'Needs you',
    unknown: 'Unknown',
  } satisfies Record<Verdict, string>,
  overall: {
    good: 'All is well',
    note: 'Works, with something to look at',
    bad: 'Something needs you',
    unknown: 'Nothing is known of it yet',
  } satisfies Record<Verdict, string>,
  since: (when: string) => `began ${when}`,
};
