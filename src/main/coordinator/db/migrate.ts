/** Brings the schema up to this build's version: numbered migrations, each applied once, in a transaction of its own. */
import type { Database } from 'better-sqlite3';
import { sql as workshop } from './migrations/0001-workshop.ts';
import { sql as receiptsByEvent } from './migrations/0002-receipts-by-event.ts';
import { sql as origins } from './migrations/0003-origins.ts';
import { sql as usage } from './migrations/0004-usage.ts';
import { sql as modelCalls } from './migrations/0005-model-calls.ts';
import { sql as lanes } from './migrations/0006-lanes.ts';
import { fillCalls } from './calls.ts';
import { fillUsage } from './usage.ts';

interface Migration {
  readonly sql: string;
  /** Brings what the log knows already into the new tables. */
  readonly fill?: (db: Database) => void;
}

/** In order; the version of a schema is the number of migrations applied. Never edit one that was released. */
const MIGRATIONS: readonly Migration[] = [
  { sql: workshop },
  { sql: receiptsByEvent },
  { sql: origins },
  { sql: usage, fill: fillUsage },
  { sql: modelCalls, fill: fillCalls },
  { sql: lanes },
];

export const SCHEMA_VERSION = MIGRATIONS.length;

/** Applies what is missing. The caller has checked that the file is not newer than this build. */
export function migrate(db: Database, from: number): void {
  for (const [index, { sql, fill }] of MIGRATIONS.entries()) {
    if (index < from) continue;
    db.transaction(() => {
      db.exec(sql);
      fill?.(db);
      db.pragma(`user_version = ${index + 1}`);
    }).immediate();
  }
}
