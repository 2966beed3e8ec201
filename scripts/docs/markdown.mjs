/** Pieces of Markdown. */

export const GENERATED = '<!-- Made by `npm run docs`; do not change it here. -->';

/** A table; rows are lists of cells, empty columns are left out. */
export function table(titles, rows) {
  const kept = titles.map((_, column) => rows.some((row) => row[column] !== ''));
  const line = (cells) => `| ${cells.filter((_, i) => kept[i]).join(' | ')} |`;
  return [
    line(titles),
    line(titles.map(() => '---')),
    ...rows.map((row) => line(row.map(cell))),
  ].join('\n');
}

function cell(text) {
  return text.replaceAll(/(?<!\\)\|/g, '\\|').replaceAll('\n', ' ');
}

export function code(text) {
  return `\`${text}\``;
}

/** The anchor that a heading gets, as GitHub makes it. */
export function anchorOf(heading) {
  return heading
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{M}\p{N}\p{Pc} -]/gu, '')
    .replaceAll(' ', '-');
}

export function sentence(text) {
  return text.charAt(0).toUpperCase() + text.slice(1) + (/[.!?]$/.test(text) ? '' : '.');
}
