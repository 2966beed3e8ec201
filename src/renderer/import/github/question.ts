/** What is asked of GitHub's search: the words that are typed and the fields beside them, as one query of its syntax. Pure. */
export interface Fields {
  /** As GitHub's own search takes it. */
  readonly words: string;
  readonly label: string;
  readonly assignee: string;
  readonly milestone: string;
}

export const NO_FIELDS: Fields = { words: '', label: '', assignee: '', milestone: '' };

/** The contract takes no more. */
const MOST_QUERY = 500;

export function queryOf({ words, label, assignee, milestone }: Fields): string {
  return [
    words.trim(),
    ...part('label', label),
    ...part('assignee', assignee.trim().replace(/^@/, '')),
    ...part('milestone', milestone),
  ]
    .filter((one) => one !== '')
    .join(' ')
    .slice(0, MOST_QUERY);
}

function part(name: string, value: string): string[] {
  // A quotation mark in a value would end it, and GitHub knows no way around that.
  const plain = value.replaceAll('"', '').trim();
  if (plain === '') return [];
  return [`${name}:${/^[\w.@-]+$/.test(plain) ? plain : `"${plain}"`}`];
}

/** True for what can be asked: a whole name or an address, or nothing. */
export function isWholeRepo(text: string): boolean {
  return text === '' || /^(?:https?:\/\/[^/\s]+\/)?[\w.-]+\/[\w.-]+?(?:\.git)?\/?$/i.test(text);
}
