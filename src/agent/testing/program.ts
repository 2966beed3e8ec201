/** The part of the program that agents start, run from its source: `program.ts agent supervise`. */
import { runSupervisor } from '../supervisor/run.ts';

process.exitCode = await runSupervisor();
