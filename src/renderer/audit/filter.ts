/** The filter of the record, as it stands in the address. Pure. */
import { EVENT_KINDS, type AuditFilter } from '../../shared/contract-audit.ts';
import { AgentId, TaskId } from '../../shared/ids.ts';

export const FIELDS = ['q', 'kind', 'about', 'by', 'from', 'to'] as const;
export type Field = (typeof FIELDS)[number];
export type Typed = Readonly<Record<Field, string>>;

export interface Meant {
  readonly filter: AuditFilter;
  /** What was typed as the subject is neither a task nor an agent. */
  readonly isSubjectWrong: boolean;
}

export function typedIn(address: URLSearchParams): Typed {
  const one = (field: Field): string => address.get(field) ?? '';
  return {
    q: one('q'),
    kind: one('kind'),
    about: one('about'),
    by: one('by'),
    from: one('from'),
    to: one('to'),
  };
}

export function meantBy({ q, kind, about, by, from, to }: Typed): Meant {
  const subject = subjectOf(about.trim());
  return {
    isSubjectWrong: subject === null,
    filter: {
      ...(q.trim() !== '' && { q: q.trim().slice(0, 200) }),
      ...kindOf(kind),
      ...subject,
      ...(by.trim() !== '' && { actor: by.trim().slice(0, 200) }),
      ...timeOf('since', from),
      ...timeOf('until', to),
    },
  };
}

export function isFiltered(typed: Typed): boolean {
  return FIELDS.some((field) => typed[field].trim() !== '');
}

/** `task-12`, `#12` or `12` is a task; everything else that may be one is an agent. */
function subjectOf(about: string): Pick<AuditFilter, 'task' | 'agent'> | null {
  if (about === '') return {};
  const task = TaskId.safeParse(about.replace(/^#?(?=\d+$)/, 'task-'));
  if (task.success) return { task: task.data };
  const agent = AgentId.safeParse(about);
  return agent.success ? { agent: agent.data } : null;
}

function kindOf(typed: string): Pick<AuditFilter, 'kind'> {
  const kind = EVENT_KINDS.find((one) => one === typed);
  return kind === undefined ? {} : { kind };
}

/** A minute of this PC's time; the end of a span is the end of its minute. */
function timeOf(name: 'since' | 'until', typed: string): Partial<AuditFilter> {
  const at = Date.parse(typed);
  if (Number.isNaN(at)) return {};
  return { [name]: name === 'until' ? at + 59_999 : at };
}
