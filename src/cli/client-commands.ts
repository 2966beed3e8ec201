/** All commands that are clients of the API. Loaded only for them: a role starts a third quicker without the contract. */
import type { Command } from 'commander';
import { addAccountCommands } from './commands/accounts.ts';
import { addAgentCommands } from './commands/agents.ts';
import { addAuditCommands } from './commands/audit.ts';
import { addBackupCommands } from './commands/backups.ts';
import { addDoctorCommand } from './commands/doctor.ts';
import { addEmergencyCommands } from './commands/emergency.ts';
import { addHealthCommand } from './commands/health.ts';
import { addImportCommand } from './commands/import.ts';
import { addQueueCommands } from './commands/queue.ts';
import { addSimulateCommand } from './commands/simulate.ts';
import { addRecurringCommands } from './commands/recurring.ts';
import { addTaskCommands } from './commands/tasks.ts';
import { addTokenCommands } from './commands/token.ts';
import { addUsageCommand } from './commands/usage.ts';
import { addVersionCommand } from './commands/version.ts';
import { addWorkflowCommands } from './commands/workflows.ts';
import { addGitHubCommands } from './github.ts';
import type { CliIo } from './io.ts';

export function addClientCommands(program: Command, io: CliIo): void {
  addTaskCommands(program, io);
  addAgentCommands(program, io);
  addAccountCommands(program, io);
  addImportCommand(program, io);
  addGitHubCommands(program, io);
  addQueueCommands(program, io);
  addWorkflowCommands(program, io);
  addRecurringCommands(program, io);
  addSimulateCommand(program, io);
  addEmergencyCommands(program, io);
  addTokenCommands(program, io);
  addUsageCommand(program, io);
  addBackupCommands(program, io);
  addAuditCommands(program, io);
  addDoctorCommand(program, io);
  addHealthCommand(program, io);
  addVersionCommand(program, io);
}
