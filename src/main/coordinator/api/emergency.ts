/** The emergency stop over the API. Answers when it is durable; agents are told in the same moment. */
import type { EmergencyState } from '../../../shared/contract-emergency.ts';
import { OPERATIONS } from '../../../shared/contract.ts';
import type { Command } from '../../../shared/domain/command.ts';
import { ok, type Result } from '../../../shared/result.ts';
import type { Journal } from '../journal/port.ts';
import type { Routes } from './rest.ts';
import { route, type RequestContext } from './route.ts';

type EmergencyRoutes = Pick<Routes, Extract<keyof Routes, `emergency.${string}`>>;

export function emergencyRoutes({ journal }: { readonly journal: Journal }): EmergencyRoutes {
  const state = (): EmergencyState => ({
    stopped: journal.workshop().stopped,
    attempts: journal.agents().reduce((sum, { running }) => sum + running.length, 0),
  });

  async function set(
    command: Command,
    { actor, receipt }: RequestContext,
  ): Promise<Result<EmergencyState>> {
    const result = await journal.submit(command, { actor, receipt });
    return result.ok ? ok(state()) : result;
  }

  return {
    'emergency.get': route(OPERATIONS['emergency.get'], () => ok(state())),
    'emergency.stop': route(
      OPERATIONS['emergency.stop'],
      async (input, context) => await set({ type: 'workshop.stop', ...input }, context),
    ),
    'emergency.resume': route(
      OPERATIONS['emergency.resume'],
      async (_, context) => await set({ type: 'workshop.restart' }, context),
    ),
  };
}
