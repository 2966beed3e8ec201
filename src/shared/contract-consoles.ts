/** The part of the contract that is about consoles: taking an attempt over, and shells on agents. */
import { z } from 'zod';
import { Console, ConsoleCols, ConsoleId, ConsoleKind, ConsoleRows, TakeOver } from './console.ts';
import { AgentId, TaskId } from './ids.ts';
import { operation } from './operation.ts';

const size = { cols: ConsoleCols.default(120), rows: ConsoleRows.default(32) };

export const CONSOLE_OPERATIONS = {
  'consoles.take_over': operation({
    method: 'POST',
    path: '/api/v1/tasks/{id}/take-over',
    summary: 'Let the attempt stand still and open a console in its work tree; answers an open one',
    permission: 'operate',
    status: 200,
    input: z.strictObject({ id: TaskId, kind: ConsoleKind.default('shell'), ...size }),
    output: Console,
  }),
  'consoles.hand_back': operation({
    method: 'POST',
    path: '/api/v1/tasks/{id}/hand-back',
    summary: 'Close the console of a task; its attempt goes on',
    permission: 'operate',
    status: 200,
    input: z.strictObject({ id: TaskId }),
    output: Console,
  }),
  'consoles.shell': operation({
    method: 'POST',
    path: '/api/v1/agents/{id}/shell',
    summary: 'Open a shell on an agent',
    permission: 'admin',
    status: 200,
    input: z.strictObject({ id: AgentId, ...size }),
    output: Console,
  }),
  'consoles.recorded': operation({
    method: 'GET',
    path: '/api/v1/tasks/{id}/take-overs',
    summary: 'The recordings of take-overs of a task, oldest first',
    permission: 'read',
    status: 200,
    input: z.strictObject({ id: TaskId }),
    output: z.strictObject({ takeOvers: z.array(TakeOver) }),
  }),
  'consoles.list': operation({
    method: 'GET',
    path: '/api/v1/consoles',
    summary: 'The consoles that are open',
    permission: 'read',
    status: 200,
    input: z.strictObject({}),
    output: z.strictObject({ consoles: z.array(Console) }),
  }),
  'consoles.close': operation({
    method: 'POST',
    path: '/api/v1/consoles/{id}/close',
    summary: 'Close a console, with all that runs in it',
    permission: 'admin',
    status: 200,
    input: z.strictObject({ id: ConsoleId }),
    output: Console,
  }),
} as const;
