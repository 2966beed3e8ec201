/** Backups and the check of the log over the API. */
import { OPERATIONS } from '../../../shared/contract.ts';
import { ok } from '../../../shared/result.ts';
import type { Auditor, Backups } from '../backups/port.ts';
import type { Routes } from './rest.ts';
import { route } from './route.ts';

export interface BackupDeps {
  readonly backups: Backups;
  readonly auditor: Auditor;
}

type BackupRoutes = Pick<
  Routes,
  Extract<keyof Routes, `backups.${string}`> | 'audit.verify' | 'audit.get'
>;

export function backupRoutes({ backups, auditor }: BackupDeps): BackupRoutes {
  return {
    'backups.list': route(OPERATIONS['backups.list'], () => ok(backups.list())),
    'backups.create': route(OPERATIONS['backups.create'], () => backups.create()),
    'audit.verify': route(OPERATIONS['audit.verify'], () => ok(auditor.start())),
    'audit.get': route(OPERATIONS['audit.get'], () => ok(auditor.get())),
  };
}
