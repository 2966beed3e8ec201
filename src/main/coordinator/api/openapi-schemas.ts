/** The schemas of what the API answers, for `openapi.ts`: what stands in several answers has a name and is referred to. */
import { z } from 'zod';
import { Console } from '../../../shared/console.ts';
import { AccountInfo } from '../../../shared/contract-accounts.ts';
import { DeviceStatus } from '../../../shared/contract-github.ts';
import { RecurringShown } from '../../../shared/contract-making.ts';
import { OPERATIONS } from '../../../shared/contract.ts';
import { Agent, Vitals } from '../../../shared/domain/agent.ts';
import { Attempt } from '../../../shared/domain/attempt.ts';
import { Condition } from '../../../shared/domain/condition.ts';
import { StoredEvent } from '../../../shared/domain/event.ts';
import { Recurring } from '../../../shared/domain/recurring.ts';
import { Task } from '../../../shared/domain/task.ts';
import { ErrorBody, Rejection } from '../../../shared/errors.ts';
import { Provisioning } from '../../../shared/provisioning.ts';
import { Rollout } from '../../../shared/rollout.ts';
import { Audit, Backup, Health } from '../../../shared/upkeep.ts';

/** A JSON Schema, as OpenAPI 3.1 has them. */
export type Schema = Readonly<Record<string, unknown>>;

/** What stands in many answers. */
const NAMED = {
  AccountInfo,
  Agent,
  Attempt,
  Audit,
  Backup,
  Condition,
  Console,
  DeviceStatus,
  Error: ErrorBody,
  Health,
  // Any JSON; it contains itself, and needs a name for that.
  Json: Rejection.shape.details.unwrap().valueType,
  Provisioning,
  Recurring,
  RecurringShown,
  Rollout,
  StoredEvent,
  Task,
  Vitals,
} as const;

export interface OutputSchemas {
  readonly named: Readonly<Record<string, Schema>>;
  of(operation: string): Schema;
}

/** All answers at once, so that what stands in several of them is referred to and not repeated. */
export function outputSchemas(): OutputSchemas {
  const registry = z.registry<{ id: string }>();
  const names = new Map<z.ZodType, string>();
  const outputs = Object.entries(OPERATIONS).map(([id, { output }]) => [id, output] as const);
  for (const [id, schema] of [...Object.entries(NAMED), ...outputs]) {
    if (names.has(schema)) continue;
    registry.add(schema, { id });
    names.set(schema, id);
  }
  const uri = (id: string): string => componentRef('schemas', id);
  const { schemas } = z.toJSONSchema(registry, { io: 'output', uri });
  const text = JSON.stringify(schemas);
  const isNamed = (id: string): boolean => id in NAMED || text.includes(`"$ref":"${uri(id)}"`);
  return {
    named: Object.fromEntries(
      Object.entries(schemas)
        .filter(([id]) => isNamed(id))
        .map(([id, schema]) => [id, plain(recordOf(schema))]),
    ),
    of(operation) {
      const output = outputs.find(([name]) => name === operation)?.[1];
      const id = output === undefined ? undefined : names.get(output);
      if (id === undefined) throw new Error(`${operation} has no schema for its answer`);
      return isNamed(id) ? { $ref: uri(id) } : plain(recordOf(schemas[id]));
    },
  };
}

export function schemaRef(name: keyof typeof NAMED): Schema {
  return { $ref: componentRef('schemas', name) };
}

export function componentRef(kind: string, name: string): string {
  return `#/components/${kind}/${name}`;
}

/** Without what only a document of its own needs. */
export function plain(schema: Schema): Schema {
  return Object.fromEntries(
    Object.entries(schema).filter(([key]) => key !== '$schema' && key !== '$id'),
  );
}

export function recordOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value))
    : {};
}
