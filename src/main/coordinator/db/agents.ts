/** Agents as they stand: a few dozen rows. */
import { Agent } from '../../../shared/domain/agent.ts';
import type { AgentId } from '../../../shared/ids.ts';
import { readDoc } from './doc.ts';
import type { Db } from './open.ts';

export interface AgentTable {
  put(agent: Agent, seq: number): void;
  remove(id: AgentId): void;
  all(): Agent[];
}

export function agentTable(db: Db): AgentTable {
  const put = db.prepare<[string, number, string]>(
    `INSERT INTO agents (id, seq, doc) VALUES (?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, doc = excluded.doc`,
  );
  const remove = db.prepare<[string]>('DELETE FROM agents WHERE id = ?');
  const all = db.prepare<[], { id: string; doc: string }>('SELECT id, doc FROM agents ORDER BY id');
  return {
    put: (agent, seq) => void put.run(agent.id, seq, JSON.stringify(agent)),
    remove: (id) => void remove.run(id),
    all: () => all.all().map(({ id, doc }) => readDoc(Agent, doc, db.name, `agent ${id}`)),
  };
}
