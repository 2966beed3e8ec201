/** Hosts over the API: provisionings, suggestions, invitations, rollouts. */
import { OPERATIONS } from '../../../shared/contract.ts';
import { rejection } from '../../../shared/errors.ts';
import { fail, ok } from '../../../shared/result.ts';
import type { Invitations } from '../fleet/identity/invitations.ts';
import type { Rollouts } from '../fleet/rollouts.ts';
import { parseHosts } from '../provision/parse-hosts.ts';
import type { Provisioner } from '../provision/port.ts';
import type { Routes } from './rest.ts';
import { route } from './route.ts';

export interface HostDeps {
  readonly provisioner: Provisioner;
  readonly rollouts: Rollouts;
  readonly invitations: Invitations;
}

type HostRoutes = Pick<
  Routes,
  | 'agents.add'
  | 'agents.uninstall'
  | 'agents.update'
  | Extract<
      keyof Routes,
      `provisionings.${string}` | `hosts.${string}` | `invitations.${string}` | `rollouts.${string}`
    >
>;

export function hostRoutes({ provisioner, rollouts, invitations }: HostDeps): HostRoutes {
  return {
    'agents.add': route(OPERATIONS['agents.add'], ({ hosts }) => {
      const added = provisioner.add(hosts);
      return added.ok ? ok({ provisionings: added.value }) : added;
    }),
    'agents.uninstall': route(OPERATIONS['agents.uninstall'], ({ id }) =>
      provisioner.uninstall(id),
    ),
    'agents.update': route(OPERATIONS['agents.update'], ({ id }) =>
      rollouts.start({ agents: [id], atOnce: 1 }),
    ),
    'provisionings.list': route(OPERATIONS['provisionings.list'], () =>
      ok({ provisionings: provisioner.list() }),
    ),
    'provisionings.get': route(OPERATIONS['provisionings.get'], ({ id }) => {
      const found = provisioner.get(id);
      return found ? ok(found) : fail(rejection('not_found', `there is no ${id}`, { id }));
    }),
    'provisionings.answer': route(OPERATIONS['provisionings.answer'], ({ id, n, answers }) =>
      provisioner.answer(id, n, answers),
    ),
    'provisionings.retry': route(OPERATIONS['provisionings.retry'], ({ id }) =>
      provisioner.retry(id),
    ),
    'provisionings.cancel': route(OPERATIONS['provisionings.cancel'], ({ id }) =>
      provisioner.cancel(id),
    ),
    'hosts.check': route(OPERATIONS['hosts.check'], ({ target }) => provisioner.check(target)),
    'hosts.suggest': route(OPERATIONS['hosts.suggest'], async () =>
      ok({ hosts: await provisioner.suggest() }),
    ),
    'hosts.parse': route(OPERATIONS['hosts.parse'], ({ text }) => ok(parseHosts(text))),
    'invitations.create': route(OPERATIONS['invitations.create'], (input) =>
      invitations.create(input),
    ),
    'rollouts.get': route(OPERATIONS['rollouts.get'], () => ok(rollouts.get())),
    'rollouts.start': route(OPERATIONS['rollouts.start'], (input) => rollouts.start(input)),
    'rollouts.pause': route(OPERATIONS['rollouts.pause'], () => rollouts.pause()),
    'rollouts.resume': route(OPERATIONS['rollouts.resume'], () => rollouts.resume()),
  };
}
