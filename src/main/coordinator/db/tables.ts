/** All tables of one database, with their statements prepared. */
import { agentTable, type AgentTable } from './agents.ts';
import { attemptTable, type AttemptTable } from './attempts.ts';
import { callTable, type CallTable } from './calls.ts';
import { dependencyTable, type DependencyTable } from './dependencies.ts';
import { eventTable, type EventTable } from './events.ts';
import type { Db } from './open.ts';
import { recurringTable, type RecurringTable } from './recurring.ts';
import { receiptTable, type ReceiptTable } from './receipts.ts';
import { siteTable, type SiteTable } from './sites.ts';
import { taskTable, type TaskTable } from './tasks.ts';
import { usageTable, type UsageTable } from './usage.ts';
import { workshopTable, type WorkshopTable } from './workshop.ts';

export interface Tables {
  readonly tasks: TaskTable;
  readonly dependencies: DependencyTable;
  readonly attempts: AttemptTable;
  readonly agents: AgentTable;
  readonly recurring: RecurringTable;
  readonly workshop: WorkshopTable;
  readonly sites: SiteTable;
  readonly events: EventTable;
  readonly receipts: ReceiptTable;
  readonly usage: UsageTable;
  readonly calls: CallTable;
}

export function openTables(db: Db): Tables {
  return {
    tasks: taskTable(db),
    dependencies: dependencyTable(db),
    attempts: attemptTable(db),
    agents: agentTable(db),
    recurring: recurringTable(db),
    workshop: workshopTable(db),
    sites: siteTable(db),
    events: eventTable(db),
    receipts: receiptTable(db),
    usage: usageTable(db),
    calls: callTable(db),
  };
}
