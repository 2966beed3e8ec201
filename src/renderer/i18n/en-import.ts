/** Dropping, pasting and importing, in English. */
import type { ItemProblemCode } from '../../shared/import/payload.ts';
import { remarkInWords } from '../../shared/import/remark.ts';

const problems: Record<ItemProblemCode, string> = {
  sign_in_first: 'Sign in first to read it. For now: title and link.',
  done: 'Done already: ticked off in the list, or its issue is closed',
  repo_problem: 'The repository cannot be used.',
  not_a_reference: 'Not an issue, pull request or repository of GitHub, GitLab, Gitea or Forgejo',
  nothing: 'Nothing to make a task of. Give links, a task list, JSON, a table or a text.',
  wrong_field: 'A field is wrong.',
  unknown_columns: 'Columns were left out.',
  unreadable: 'Cannot be read.',
  too_large: 'More than 5 MB or 200 files. Import it in parts.',
};

export const enImport = {
  action: 'Import tasks…',
  pasteKey: 'Import what is in the clipboard',
  title: 'Import tasks',
  lead: 'Paste or drop links to issues, a task list, JSON or a table. Each becomes a task that you can adjust first. Dropping works anywhere in the window.',
  source: 'What to import',
  placeholder:
    'https://github.com/acme/shop/issues/12\nacme/shop#13\n- [ ] Round prices half up\n[{"title": "Add a test", "repo": "/home/you/shop"}]',
  more: 'Paste or drop more here',
  pick: 'Choose files',
  read: 'Read',
  reading: 'Reading what was dropped…',
  veil: {
    files: (n: number) => (n === 1 ? 'A file or folder' : `${n} files or folders`),
    link: 'A link',
    text: 'Text',
    nothing: 'Nothing that can be read here',
    todo: 'Let go to see which tasks it becomes',
    nothingTodo: 'Drop links, text, files or a folder',
  },
  found: (tasks: number, duplicates: number, unknown: number) =>
    [
      tasks === 1 ? '1 item understood' : `${tasks} items understood`,
      ...(duplicates > 0
        ? [duplicates === 1 ? '1 is a task already' : `${duplicates} are tasks already`]
        : []),
      ...(unknown > 0 ? [`${unknown} not understood`] : []),
    ].join(' · '),
  outcome: (made: number, refused: number) =>
    [
      made === 1 ? '1 task created' : `${made} tasks created`,
      ...(refused > 0 ? [`${refused} refused`] : []),
    ].join(' · '),
  left: (n: number) => `${n} more than one import takes: import those in another`,
  table: 'Items to import',
  columns: {
    take: 'Take',
    task: 'Task',
    repo: 'Repository',
    priority: 'Priority',
    engine: 'Engine',
    needs: 'Needs',
  },
  forAll: 'For all that are ticked',
  tickAll: 'All',
  mixed: 'different',
  repoForAll: 'for those without one',
  repoPlaceholder: 'path or URL',
  needsPlaceholder: 'gpu python3',
  titlePlaceholder: 'What is to be done',
  untitled: 'without a title',
  run: 'Command',
  runPlaceholder: './fix.sh',
  engines: {
    auto: 'Automatic',
    default: 'Default',
    'claude-code': 'Claude Code',
    anthropic: 'Claude (built in)',
    codex: 'Codex',
    opencode: 'OpenCode',
    ollama: 'Ollama',
    command: 'Command',
  },
  titleOf: (name: string) => `Title of ${name}`,
  fieldOf: (field: string, name: string) => `${field}: ${name}`,
  take: (name: string) => `Create ${name}`,
  from: (file: string | null, line: number | null) =>
    file === null ? `line ${line}` : line === null ? file : `${file}:${line}`,
  kinds: { issue: 'Issue', pull_request: 'Pull request' },
  hasBody: 'Has a description',
  twin: (id: string, state: string) => `is ${id} already (${state})`,
  waitsFor: (refs: readonly string[]) => `Waits for ${refs.join(', ')}`,
  remark: 'Not taken from it',
  remarks: remarkInWords,
  notUnderstood: 'Not understood',
  made: 'Created',
  making: 'Creating tasks',
  progress: (done: number, of: number) => `${done} of ${of}`,
  lacking: (n: number) =>
    n === 1
      ? '1 ticked row lacks something: see the red field'
      : `${n} ticked rows lack something: see the red fields`,
  create: (n: number) =>
    n === 0 ? 'Create tasks' : n === 1 ? 'Create 1 task' : `Create ${n} tasks`,
  createKey: 'Ctrl ↵',
  show: 'Show tasks',
  problems,
};
