/** Reasons that the coordinator gives by a code, in the window's language; those without one, as they were said. Pure. */
import type { EnginePick, Lack, PlacementReason } from '../../shared/domain/attempt.ts';
import { ConditionKind } from '../../shared/domain/condition.ts';
import { ENGINE_CHOICES } from '../../shared/domain/engine.ts';
import type { Change, Merge } from '../../shared/domain/task.ts';
import type { Wait } from '../../shared/domain/wait.ts';
import type { Text } from '../i18n/en.ts';

/** Why an agent was passed over, or what spoke for the one that was chosen. */
export function placementWords(reason: PlacementReason, text: Text): string {
  const { score, parts, lack, why, engine } = reason;
  if (lack) return lackWords(lack, text);
  if (score === null) return why;
  const names = new Map<string, string>(Object.entries(text.task.why.parts));
  const said = Object.entries(parts).flatMap(([part, points]) =>
    points === 0 ? [] : [names.get(part) ?? part],
  );
  return [...(engine ? [pickWords(engine, text)] : []), said.join(between(text))].join(
    text.language === 'English' ? '; ' : '。',
  );
}

/** Which engine, and why none that comes before it. */
function pickWords({ kind, passed }: EnginePick, text: Text): string {
  const { why } = text.task;
  const others = passed.map((one) => why.passedEngine[one.why](text.engines[one.kind]));
  return why.engine(text.engines[kind], others.join(between(text)));
}

function between(text: Text): string {
  return text.language === 'English' ? ', ' : '・';
}

/** What keeps an agent from a task. */
export function lackWords({ code, about = '' }: Lack, text: Text): string {
  return text.reasons.lacks[code](aboutOf(about, text));
}

/** Why a task is still in the queue, but for accounts that cannot speak. */
export function waitWords(wait: Exclude<Wait, { code: 'models' }>, text: Text): string {
  const { waits, shut } = text.reasons;
  switch (wait.code) {
    case 'scope_paused':
      return 'repo' in wait.scope
        ? shut.repo(wait.scope.repo)
        : shut.priority(text.priorities[wait.scope.priority]);
    case 'turn':
      return shut.turn(wait.key, wait.heldBy);
    case 'quota':
      return shut.quota(wait.owner, wait.running, wait.most);
    default:
      return waits[wait.code];
  }
}

export function refusalWords(
  { code, message }: Extract<Merge, { state: 'refused' }>,
  change: Pick<Change, 'branch' | 'base'> | null,
  { reasons }: Text,
): string {
  const words = code && reasons.merges[code];
  return words && change ? words(change) : message;
}

/** The name of an engine or of a trouble; anything else is a name already. */
function aboutOf(about: string, { engines, troubles }: Text): string {
  const engine = ENGINE_CHOICES.find((one) => one === about);
  if (engine) return engines[engine];
  const kind = ConditionKind.safeParse(about);
  return kind.success ? troubles.conditions[kind.data].short : about;
}
