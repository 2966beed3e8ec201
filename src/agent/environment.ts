/** The environment of what runs in an attempt: the agent's own, without what is none of its business. */
import type { Environment } from './config.ts';

/** Every process of an attempt carries both; `kill.ts` finds them by it wherever they went. */
export interface Mark {
  readonly attemptId: string;
  /** The agent's folder: task numbers of two workshops on one PC are the same. */
  readonly dir: string;
}

export function markVariables({ attemptId, dir }: Mark): Environment {
  return { KOUBOU_ATTEMPT: attemptId, KOUBOU_DIR: dir };
}

// Variables of the program around us change how git, node and test runners behave below us.
const OURS =
  /^(KOUBOU_|GIT_|npm_|VITEST|JEST_|NODE_OPTIONS$|NODE_CHANNEL|NODE_ENV$|ELECTRON_RUN_AS_NODE$|INIT_CWD$|FORCE_COLOR$|COLUMNS$|LINES$|TMUX|STY$)/;
const SECRET = /(TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIAL|API_?KEY|ACCESS_KEY|PRIVATE_KEY)/i;

/** For engines: with the keys that they need to reach their model. */
export function engineEnvironment(own: Environment, mark: Mark): Record<string, string> {
  const kept = Object.entries(own).filter(([name]) => !OURS.test(name));
  return { ...Object.fromEntries(kept), ...markVariables(mark) };
}

/** What is left for an engine whose models are reached with a key of the gateway: no other one. */
export function withoutKeys(environment: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !SECRET.test(name)));
}

/** For a person at a console: without keys, and with a terminal that shows colours. */
export function personEnvironment(own: Environment, mark: Mark): Record<string, string> {
  return atTerminal(projectEnvironment(own, mark));
}

/** For an engine's own session at a console. */
export function sessionEnvironment(own: Environment, mark: Mark): Record<string, string> {
  return atTerminal(engineEnvironment(own, mark));
}

/** `CI` says that nobody watches, and screens that believe it draw nothing. */
function atTerminal(environment: Record<string, string>): Record<string, string> {
  const { CI: _, ...kept } = environment;
  return { ...kept, TERM: 'xterm-256color', COLORTERM: 'truecolor' };
}

/** The values of keys, which must not be shown. */
export function secretsOf(own: Environment): string[] {
  return Object.entries(own).flatMap(([name, value]) =>
    SECRET.test(name) && value !== undefined ? [value] : [],
  );
}

/** For setup and tests of a project: without keys, and with `CI`, which keeps test runners from waiting for a person. */
export function projectEnvironment(own: Environment, mark: Mark): Record<string, string> {
  return { ...withoutKeys(engineEnvironment(own, mark)), CI: 'true' };
}
