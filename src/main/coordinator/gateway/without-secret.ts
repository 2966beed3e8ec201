/** A provider's words without the secret that it was shown: some quote it, and so does whatever stands before them. Pure. */
export function withoutSecret(words: string, secret: string): string {
  return secret === '' ? words : words.replaceAll(secret, '…');
}
