/** For tests of this folder: provisionings of which one is known and none can be begun, and nobody invited. */
import { rejection } from '../../../shared/errors.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import { Provisioning, type ProvisioningId } from '../../../shared/provisioning.ts';
import type { Invitations } from '../fleet/identity/invitations.ts';
import type { Provisioner } from '../provision/port.ts';

const KNOWN = Provisioning.parse({
  id: 'provisioning-1',
  kind: 'check',
  target: 'me@atelier:22',
  agentId: null,
  state: 'done',
  startedAt: 1,
  endedAt: 2,
  steps: [],
  question: null,
  report: [],
  tunnel: false,
  error: null,
});

const NO_HOSTS = fail(rejection('no_executable', 'there is no executable to send to a host'));

export const ONE_PROVISIONING: Provisioner = {
  list: () => [KNOWN],
  get: (id) => (id === KNOWN.id ? KNOWN : undefined),
  add: () => NO_HOSTS,
  check: () => NO_HOSTS,
  uninstall: (id) => fail(rejection('not_found', `there is no agent ${id}`, { id })),
  answer: known,
  retry: known,
  cancel: known,
  suggest: () => Promise.resolve([]),
  onChange: () => () => {},
  close: () => Promise.resolve(),
};

function known(id: ProvisioningId): Result<Provisioning> {
  if (id === KNOWN.id) return ok(KNOWN);
  return fail(rejection('not_found', `there is no ${id}`, { id }));
}

export const NO_INVITATIONS: Invitations = {
  create: async () => fail(rejection('agent_unavailable', 'the door to the LAN is not open')),
  accept: async () => fail(rejection('unauthorized', 'nobody is invited')),
};
