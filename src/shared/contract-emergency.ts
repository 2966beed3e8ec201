/** The part of the contract that is about the emergency stop: one switch over the whole workshop. */
import { z } from 'zod';
import { Stop, StopHow } from './domain/state.ts';
import { operation } from './operation.ts';

const PATH = '/api/v1/emergency-stop';

export const EmergencyState = z.strictObject({
  /** `null`: the workshop works. */
  stopped: Stop.nullable(),
  /** Attempts that are on agents now: they run, or stand still. */
  attempts: z.int().min(0),
});
export type EmergencyState = z.infer<typeof EmergencyState>;

export const EMERGENCY_OPERATIONS = {
  'emergency.get': operation({
    method: 'GET',
    path: PATH,
    summary: 'Whether the workshop is stopped, by whom and since when',
    permission: 'read',
    status: 200,
    input: z.strictObject({}),
    output: EmergencyState,
  }),
  'emergency.stop': operation({
    method: 'POST',
    path: PATH,
    summary: 'Stop the whole workshop: attempts stand still or end, nothing is given out or merged',
    permission: 'operate',
    status: 200,
    input: z.strictObject({
      how: StopHow.default('freeze'),
      /** For whoever finds it stopped. */
      reason: z.string().max(500).default(''),
    }),
    output: EmergencyState,
  }),
  'emergency.resume': operation({
    method: 'DELETE',
    path: PATH,
    summary: 'Let the workshop go on; the queue is as it was',
    permission: 'operate',
    status: 200,
    input: z.strictObject({}),
    output: EmergencyState,
  }),
} as const;
