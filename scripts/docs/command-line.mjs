/** docs/reference/command-line.md: every command with its arguments and options, read from the program itself. */
import { addRoles } from '../../src/cli/roles.ts';
import { wholeProgram } from '../../src/cli/run-cli.ts';
import { EXAMPLES } from './examples.mjs';
import { anchorOf, code, GENERATED, sentence, table } from './markdown.mjs';

const COMMON = new Set(['--data', '--json']);

const HEAD = `${GENERATED}

# Command line

Every command with its arguments and options. [The guide](../command-line.md) says how they are used together; \`koubou COMMAND --help\` prints
the same in a terminal. In a checkout it is \`npm run koubou --\` in place of \`koubou\`.

## For all commands

| option | meaning |
| --- | --- |
| \`--data DIR\` | The data folder whose coordinator is meant; left out, the one of this user. Or set \`KOUBOU_URL\` and \`KOUBOU_TOKEN\`. |
| \`--json\` | Prints JSON, for programs. |
| \`-h\`, \`--help\` | Says what the command takes. |

Commands marked *(both)* below take the first two.

| exit code | meaning |
| --- | --- |
| 0 | done |
| 1 | failed, or refused: the code in brackets stands in [errors.md](../errors.md) |
| 2 | wrong use |
| 3 | no coordinator can be reached |`;

/** The whole program, for reading: nothing is carried out. */
export async function readProgram() {
  const io = { env: {}, platform: 'linux', home: '/home/you', cwd: '/home/you' };
  return await wholeProgram({ ...io, write: async () => {}, warn: () => {} }, addRoles);
}

/** Every command that does something, with its full name, in the order of the help. */
export function commandsOf(program) {
  return program.commands
    .filter((command) => !command._hidden)
    .flatMap((command) => [
      ...(command.commands.length === 0 || command._actionHandler ? [command] : []),
      ...commandsOf(command),
    ]);
}

export function nameOf(command) {
  return command.parent === null ? command.name() : `${nameOf(command.parent)} ${command.name()}`;
}

export async function commandLinePage() {
  const program = await readProgram();
  const commands = commandsOf(program);
  const groups = Map.groupBy(commands, (command) => nameOf(command).split(' ')[1]);
  const list = [...groups].map(
    ([group, those]) =>
      `- **${group}**: ${those.map((command) => `[${nameOf(command)}](#${anchorOf(nameOf(command))})`).join(', ')}`,
  );
  return [HEAD, '## All commands', list.join('\n'), ...commands.map(section), ''].join('\n\n');
}

function section(command) {
  const name = nameOf(command);
  const options = command.options.filter(({ hidden }) => !hidden);
  const isCommon = COMMON.isSubsetOf(new Set(options.map(({ long }) => long)));
  const own = isCommon ? options.filter(({ long }) => !COMMON.has(long)) : options;
  const examples = EXAMPLES[name] ?? [];
  return [
    `### ${name}`,
    code(`${name}${usageOf(command)}`) + (isCommon ? ' *(both)*' : ''),
    sentence(command.description()),
    ...(command.registeredArguments.some(({ description }) => description)
      ? [table(['argument', 'meaning'], command.registeredArguments.map(argumentRow))]
      : []),
    ...(own.length > 0 ? [table(['option', 'meaning', 'default'], own.map(optionRow))] : []),
    ...(examples.length > 0 ? [['```sh', ...examples, '```'].join('\n')] : []),
  ].join('\n\n');
}

function usageOf(command) {
  const required = command.options.filter(({ mandatory, hidden }) => mandatory && !hidden);
  return [
    ...command.registeredArguments.map(argumentOf),
    ...required.map(({ flags }) => flags.replace(/^-\w, /, '')),
    ...(command.options.length > required.length ? ['[options]'] : []),
  ]
    .map((part) => ` ${part}`)
    .join('');
}

function argumentOf(argument) {
  const name = argument.name() + (argument.variadic ? '...' : '');
  return argument.required ? `<${name}>` : `[${name}]`;
}

function argumentRow(argument) {
  return [code(argumentOf(argument)), sentence(argument.description)];
}

function optionRow({ flags, description, defaultValue, argChoices, mandatory }) {
  const choices = argChoices ? ` One of ${argChoices.map(code).join(', ')}.` : '';
  const needed = mandatory ? ' Needed.' : '';
  const isSaid =
    defaultValue === undefined || defaultValue === false || description.includes('default');
  return [
    code(flags),
    sentence(description) + choices + needed,
    isSaid ? '' : code(Array.isArray(defaultValue) ? defaultValue.join(' ') : String(defaultValue)),
  ];
}
