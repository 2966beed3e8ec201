/** Runs provisionings, and knows those of this run of the coordinator. */
import { rejection } from '../../../shared/errors.ts';
import { fail } from '../../../shared/result.ts';
import type { Provisioner } from './port.ts';

export function createProvisioner(): Provisioner {
  const refused = fail(rejection('no_executable', 'there is no executable to send to a host'));
  return {
    list: () => [],
    get: () => undefined,
    add: () => refused,
    check: () => refused,
    uninstall: () => refused,
    answer: () => refused,
    retry: () => refused,
    cancel: () => refused,
    suggest: () => Promise.resolve([]),
    onChange: () => () => {},
    close: () => Promise.resolve(),
  };
}
