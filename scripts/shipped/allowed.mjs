/** The licences that a part of Koubou may have, each with what lets us ship it. What is not here is not shipped. */

const NOTICE = 'asks only that its notice goes along: it is in the list of licences';

export const ALLOWED = {
  MIT: NOTICE,
  ISC: NOTICE,
  'BSD-2-Clause': NOTICE,
  'BSD-3-Clause': NOTICE,
  'Apache-2.0': 'asks for its text and notices, which go along, and gives patents',
  'BlueOak-1.0.0': NOTICE,
  Zlib: 'asks for nothing in programs',
  '0BSD': 'asks for nothing',
  Unlicense: 'public domain',
  blessing: 'public domain',
  'OFL-1.1': 'for fonts: they may travel in programs, unchanged and not sold alone',
};

/** Licences that hold for one part only, since they allow us the way in which that one is shipped. */
export const ALLOWED_FOR = {
  FFmpeg: { 'LGPL-2.1-or-later': 'a library of its own, which anyone may replace' },
  glibc: {
    'LGPL-2.1-or-later': 'the program that it is linked into comes with its source and build',
  },
};

/**
 * Why a part must not be shipped; `undefined`: it may.
 * @param {{ name: string, licence: string, text: string }} part
 */
export function refusalOf({ name, licence, text }) {
  if (licence === '') return `${name} says nothing of its licence`;
  if (text.trim() === '') return `${name} comes without the text of its licence (${licence})`;
  if (isAllowed(licence, name)) return undefined;
  return `${name} has the licence ${licence}, which is not among those of scripts/shipped/allowed.mjs`;
}

/** One of those beside an OR will do; all of those beside an AND have to. */
function isAllowed(expression, name) {
  const plain = expression.replaceAll(/[()]/g, '');
  return plain
    .split(' OR ')
    .some((one) =>
      one
        .split(' AND ')
        .every((id) => Object.hasOwn(ALLOWED, id) || Object.hasOwn(ALLOWED_FOR[name] ?? {}, id)),
    );
}
