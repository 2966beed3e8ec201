/** Holds a command of the documentation against the program: are its command, its flags and its words known? */
import type { Command, Option } from 'commander';

/** The simple commands of a line of shell, as words: pipes and lists are taken apart, redirections and assignments left out. */
export function simpleCommands(line: string): string[][] {
  const commands: string[][] = [[]];
  for (const [word] of line.matchAll(
    /(?:'[^']*'|"(?:\\.|[^"\\])*"|\$\([^)]*\)|[^\s'"|;&<>]|(?<=\S)&(?=\S))+|&&|\|\||[|;&]|\d?[<>]+&?/g,
  )) {
    if (/^(&&|\|\||[|;&])$/.test(word)) commands.push([]);
    else commands.at(-1)?.push(word);
  }
  return commands.map(withoutShell).filter((words) => words.length > 0);
}

function withoutShell(words: readonly string[]): string[] {
  const plain = words.filter(
    (word, i) => !/^\d?[<>]+&?$/.test(word) && !/^\d?[<>]+&?$/.test(words[i - 1] ?? ''),
  );
  const start = plain.findIndex((word) => !/^\w+=/.test(word) && word !== 'sudo');
  const kept = start === -1 ? [] : plain.slice(start);
  const ours =
    kept.slice(0, 4).join(' ') === 'npm run koubou --' ? ['koubou', ...kept.slice(4)] : kept;
  return ours.map((word) => word.replaceAll(/^['"]|['"]$/g, ''));
}

/**
 * What is wrong with a command of ours; `undefined`: nothing. `whole`: all that it needs has to be there, as in a block; else it is
 * part of a sentence, with words such as `ID` and `…` for what people choose.
 */
export function mistakeOf(
  program: Command,
  words: readonly string[],
  whole: boolean,
): string | undefined {
  let command = program;
  const given = new Set<Option>();
  let values = 0;
  for (let i = 1; i < words.length; i += 1) {
    const word = words[i] ?? '';
    if (word.startsWith('-') && word !== '-') {
      const option = optionOf(command, word);
      if (option === undefined) return `${pathOf(command)} has no ${word}`;
      if (option === 'help') continue;
      given.add(option);
      const taken = valuesOf(option, words.slice(i + 1), word.includes('='));
      const wrong = taken.find(
        (value) => whole && option.argChoices && !option.argChoices.includes(value),
      );
      if (wrong !== undefined) return `${word} takes no ${wrong}`;
      i += taken.length;
    } else if (command.commands.length > 0) {
      const next = command.commands.find((child) => child.name() === word);
      if (next) command = next;
      else if (command.registeredArguments.length === 0) {
        return !whole && isPlaceholder(word)
          ? undefined
          : `${pathOf(command)} has no command ${word}`;
      }
    } else values += 1;
  }
  return whole ? missingIn(command, given, values) : undefined;
}

function missingIn(
  command: Command,
  given: ReadonlySet<Option>,
  values: number,
): string | undefined {
  const needed = command.registeredArguments.filter(({ required }) => required).length;
  const most = command.registeredArguments.some(({ variadic }) => variadic)
    ? Infinity
    : command.registeredArguments.length;
  const isGroup = command.commands.length > 0 && command.registeredArguments.length === 0;
  if (isGroup) return `${pathOf(command)} needs a command`;
  if (values < needed || values > most)
    return `${pathOf(command)} takes ${needed} to ${most} words`;
  const missing = command.options.find((option) => option.mandatory && !given.has(option));
  return missing && `${pathOf(command)} needs ${missing.flags}`;
}

function optionOf(command: Command, word: string): Option | 'help' | undefined {
  const flag = word.split('=', 1)[0] ?? word;
  if (flag === '--help' || flag === '-h') return 'help';
  return command.options.find(({ long, short }) => long === flag || short === flag);
}

function valuesOf(option: Option, rest: readonly string[], isInline: boolean): readonly string[] {
  if (isInline || !(option.required || option.optional)) return [];
  const end = rest.findIndex((word) => word.startsWith('-') && word !== '-');
  const values = end === -1 ? rest : rest.slice(0, end);
  return option.variadic ? values : values.slice(0, 1);
}

/** `ID`, `COMMAND`, `…`, `<id>`, `[NAME]`: what people put something in for. */
function isPlaceholder(word: string): boolean {
  return /^[A-Z…<[]/.test(word);
}

function pathOf(command: Command): string {
  return command.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name();
}
