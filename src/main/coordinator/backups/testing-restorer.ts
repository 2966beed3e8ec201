/** For tests: a process that restores a data folder and kills itself before one step, as nobody can expect. */
import { restoreTo } from './testing.ts';

const [, , dir = '', last = '', name] = process.argv;
let step = 0;
await restoreTo(dir, {
  name,
  onStep() {
    step += 1;
    if (step === Number(last)) process.kill(process.pid, 'SIGKILL');
  },
});
