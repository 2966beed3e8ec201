/** The words for how an agent stands. */
import type { Text } from '../i18n/en.ts';
import type { Look } from './look.ts';

export function lookWords({ agentStates, fleet }: Text): Readonly<Record<Look, string>> {
  return { ...agentStates, ...fleet.looks };
}
