/** `koubou doctor`: is there what Koubou needs, and where not, what to do. */
import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { Command } from 'commander';
import { OPERATIONS } from '../../shared/contract.ts';
import { Health } from '../../shared/upkeep.ts';
import { createClient } from '../client.ts';
import { dataDirOf, findCoordinator, HOW_TO_START } from '../connect.ts';
import { CliError, EXIT, writeJson, writeLine, type CliIo } from '../io.ts';
import { paint } from '../print.ts';
import { safeLine } from '../safe-text.ts';
import { openSession, withCommonOptions, type CommonOptions } from '../session.ts';
import { checkHost } from './hosts.ts';

interface Finding {
  readonly name: string;
  /** `hint`: nothing is broken, yet there is something to do. */
  readonly result: 'ok' | 'hint' | 'bad';
  readonly detail: string;
}

const run = promisify(execFile);
const OLDEST_NODE = 20;
/** `git merge-tree --write-tree`, with which changes are merged, came with it. */
const OLDEST_GIT = [2, 38] as const;

export function addDoctorCommand(program: Command, io: CliIo): void {
  const doctor = program
    .command('doctor')
    .description('check that this PC has what Koubou needs, or that another one could be an agent')
    .option('--host <target>', 'look at another PC over SSH, and change nothing there');
  withCommonOptions(doctor).action(async (options: CommonOptions & { readonly host?: string }) => {
    if (options.host !== undefined)
      return await checkHost(await openSession(io, options), options.host);
    const findings = [
      checkNode(),
      await checkGit(),
      await checkData(io, options),
      ...(await checkCoordinator(io, options)),
    ];
    if (options.json) await writeJson(io, { findings });
    else for (const finding of findings) await writeLine(io, lineOf(io, finding));
    if (findings.some(({ result }) => result === 'bad')) {
      throw new CliError(EXIT.failed, 'something is missing; see above');
    }
  });
}

function lineOf(io: CliIo, { name, result, detail }: Finding): string {
  const style = { ok: 'green', hint: 'yellow', bad: 'red' } as const;
  return `${paint(io, style[result], result.padEnd(4))}  ${name.padEnd(11)}  ${safeLine(detail)}`;
}

function checkNode(): Finding {
  const isNew = Number(process.versions.node.split('.')[0]) >= OLDEST_NODE;
  return {
    name: 'node',
    result: isNew ? 'ok' : 'bad',
    detail: `${process.version}${isNew ? '' : `: install ${OLDEST_NODE} or newer`}`,
  };
}

async function checkGit(): Promise<Finding> {
  try {
    const { stdout } = await run('git', ['--version']);
    const [major = 0, minor = 0] = (/(\d+)\.(\d+)/.exec(stdout) ?? []).slice(1).map(Number);
    const isNew = major > OLDEST_GIT[0] || (major === OLDEST_GIT[0] && minor >= OLDEST_GIT[1]);
    return {
      name: 'git',
      result: isNew ? 'ok' : 'bad',
      detail: `${stdout.trim()}${isNew ? '' : `: install ${OLDEST_GIT.join('.')} or newer`}`,
    };
  } catch {
    return { name: 'git', result: 'bad', detail: 'not found: install git' };
  }
}

async function checkData(io: CliIo, { data }: CommonOptions): Promise<Finding> {
  const dir = dataDirOf(io, data);
  try {
    if (!(await stat(dir)).isDirectory())
      return { name: 'data folder', result: 'bad', detail: `${dir} is not a folder` };
    await access(dir, constants.R_OK | constants.W_OK);
    return { name: 'data folder', result: 'ok', detail: dir };
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    if (isMissing)
      return {
        name: 'data folder',
        result: 'hint',
        detail: `${dir} is not there yet: the first "koubou serve" makes it`,
      };
    return {
      name: 'data folder',
      result: 'bad',
      detail: `${dir} cannot be read and written by this user`,
    };
  }
}

async function checkCoordinator(io: CliIo, { data }: CommonOptions): Promise<Finding[]> {
  try {
    const address = await findCoordinator(io, data);
    const response = await fetch(new URL('/health', address.url));
    const health = Health.parse(await response.json());
    const { engines } = await createClient(address, io.requestKey).call(
      OPERATIONS['start.get'],
      {},
    );
    const { connected, known } = health.agents;
    return [
      { name: 'coordinator', result: 'ok', detail: `${address.url}, version ${health.version}` },
      {
        name: 'agents',
        result: connected > 0 ? 'ok' : 'hint',
        detail: `${connected} of ${known} connected`,
      },
      ...engines.map(({ kind, ready, version, why }): Finding => ({
        name: kind,
        result: ready ? 'ok' : 'hint',
        detail: ready ? (version ?? 'ready') : (why ?? 'not ready'),
      })),
    ];
  } catch (error) {
    const isAbsent = error instanceof CliError && error.code === EXIT.notReachable;
    const why = error instanceof Error ? error.message : String(error);
    return [
      {
        name: 'coordinator',
        result: 'hint',
        detail: isAbsent ? why : `does not answer (${why}): ${HOW_TO_START}`,
      },
    ];
  }
}
