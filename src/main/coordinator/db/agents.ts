/** Agents as they stand: a few dozen rows. */
import { Agent } from '../../../shared/domain/agent.ts';
import type { AgentId } from '../../../shared/ids.ts';
import { readDoc } from './doc.ts';
import type { Db } from './open.ts';
import type { Audited } from './stamped.ts';

export interface AgentTable {
  put(agent: Agent, seq: number): void;
  remove(id: AgentId): void;
  all(): Agent[];
  /** For checks: every row, in order of id. */
  audit(): Audited<Agent>[];
}

export function agentTable(db: Db): AgentTable {
  const put = db.prepare<[string, number, string]>(
    `INSERT INTO agents (id, seq, doc) VALUES (?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, doc = excluded.doc`,
  );
  const remove = db.prepare<[string]>('DELETE FROM agents WHERE id = ?');
  const all = db.prepare<[], { id: string; seq: number; doc: string }>(
    'SELECT id, seq, doc FROM agents ORDER BY id',
  );
  const read = (id: string, doc: string): Agent => readDoc(Agent, doc, db.name, `agent ${id}`);
  return {
    put: (agent, seq) => void put.run(agent.id, seq, JSON.stringify(agent)),
    remove: (id) => void remove.run(id),
    all: () => all.all().map(({ id, doc }) => read(id, doc)),
    audit: () =>
      all.all().map(({ id, seq, doc }) => {
        const value = read(id, doc);
        return { value, seq, sound: value.id === id };
      }),
  };
}
