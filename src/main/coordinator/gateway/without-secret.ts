/** A provider's words without the secret that it was shown: some quote it, and so does whatever stands before them. Pure. */
export function withoutSecret(words: string, secret: string): string {
  if (secret === '') return words;
  const inJson = JSON.stringify(secret).slice(1, -1);
  return words.replaceAll(secret, '…').replaceAll(inJson, '…');
}
