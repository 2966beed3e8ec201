/**
 * The points of many agents for many kinds of tasks. Most of what is weighed is an agent's own, or its own with tasks of one
 * specialty, so it is weighed once for each and only added up for each kind of task. Pure but for what it remembers.
 */
import type { ReadyTask, Seat } from './place-input.ts';
import {
  weighAgent,
  weighKind,
  weighPick,
  weighTask,
  type Pick,
  type Scales,
} from './place-score.ts';
import type { Specialty } from './specialty.ts';

/** Answers what `lastingParts` sums up to, for an agent and tasks that are like this one. */
export type PointsFor = (like: ReadyTask) => (seat: Seat, pick: Pick) => number;

/** @param seats in order of id */
export function pointsAmong(seats: readonly Seat[], scales: Scales): PointsFor {
  const { weights } = scales;
  const kinds = new Map<Specialty | null, Float64Array>();
  let own: Float64Array | undefined;

  function ofKind(like: ReadyTask): Float64Array {
    const known = kinds.get(like.specialty);
    if (known) return known;
    own ??= pointsOf(seats, (seat, add) => weighAgent(seat.candidate, weights, add));
    const ofAgents = own;
    const points = pointsOf(seats, (seat, add) => {
      add('', ofAgents[seat.order] ?? 0);
      weighKind(like, seat.candidate, weights, add);
    });
    kinds.set(like.specialty, points);
    return points;
  }

  return (like) => {
    const ofAgents = ofKind(like);
    let sum = 0;
    const add: Add = (_, points) => {
      sum += points;
    };
    return ({ candidate, order }, pick) => {
      sum = ofAgents[order] ?? 0;
      weighTask(like, candidate, weights, add);
      weighPick(like, pick, scales, add);
      return sum;
    };
  };
}

type Add = (name: string, points: number) => void;

function pointsOf(seats: readonly Seat[], weigh: (seat: Seat, add: Add) => void): Float64Array {
  const points = new Float64Array(seats.length);
  for (const seat of seats) {
    let sum = 0;
    weigh(seat, (_, each) => {
      sum += each;
    });
    points[seat.order] = sum;
  }
  return points;
}
