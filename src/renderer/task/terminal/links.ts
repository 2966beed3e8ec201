/** Which addresses in a terminal may be opened, and which of them need a question first. Pure. */

export type LinkAnswer = 'open' | 'ask' | 'never';

/**
 * What a program prints is not to be trusted: only the web is opened, and what is not encrypted, shows another text than its
 * address or names a user is asked about.
 * @param shown the text of the link as it stands in the terminal
 */
export function linkAnswer(address: string, shown: string): LinkAnswer {
  const url = URL.parse(address);
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:')) return 'never';
  const isPlain = url.protocol === 'https:' && url.username === '' && shown === address;
  return isPlain ? 'open' : 'ask';
}
