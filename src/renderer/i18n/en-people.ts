/** People on other devices, in English. */
import type { Role } from '../../shared/access.ts';

const roles: Record<Role, string> = { viewer: 'Viewer', operator: 'Operator', admin: 'Admin' };
const means: Record<Role, string> = {
  viewer: 'looks at everything, and changes nothing.',
  operator: 'orders, approves and stops work; does not change agents, accounts or settings.',
  admin: 'may do all that can be done on this PC.',
};

export const enPeople = {
  roles,
  means,
  needs: (role: string) => `This takes the role ${role}. Ask an admin of this workshop for it.`,
  title: 'Other devices and people',
  lead: 'A phone, a tablet or another PC of your LAN shows this workshop in its browser, with a link of its own.',
  none: 'Nobody else comes in',
  noneTodo: 'A link lets another device in, with the role that you choose.',
  open: 'Open on another device',
  openLead:
    'Makes a link for one person or device, and opens this PC to your LAN if it is not open yet.',
  name: 'For whom',
  namePlaceholder: 'My phone',
  role: 'Role',
  until: 'The link counts',
  days: (days: number) => (days === 1 ? 'for a day' : `for ${days} days`),
  make: 'Make the link',
  scan: (name: string) => `Scan this with the device, or open the link there: ${name}.`,
  code: 'QR code of the link',
  compare:
    'The browser warns, because the certificate is this workshop’s own. Go on only if it shows this SHA-256 fingerprint:',
  once: 'The link is shown this once. Whoever has it has the role.',
  always: 'without end',
  untilTime: (time: string) => `until ${time}`,
  unseen: 'Not used since the start',
  seen: (time: string) => `Last used ${time}`,
  revoke: 'Put out',
  revokeTitle: (name: string) => `Put ${name} out?`,
  revokeText: 'The link counts no more, and what is open there is closed at once.',
  granted: (by: string, name: string, role: string) => `${by} let ${name} in as ${role}`,
  revoked: (by: string, name: string) => `${by} put ${name} out`,
};
