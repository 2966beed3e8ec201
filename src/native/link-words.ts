/** A link for a person as it is shown at a terminal: with a QR code of half blocks, and what to compare. */
import { encode } from 'uqr';
import type { AccessLink } from '../shared/contract-access.ts';

export interface LinkWordsOptions {
  /** With a QR code under the link. */
  readonly qr: boolean;
  /** The terminal shows colours: the code is black on white, however it is set. */
  readonly colours: boolean;
}

export function linkWords(
  { url, addresses, fingerprint }: AccessLink,
  { qr, colours }: LinkWordsOptions,
): string {
  const others = addresses.slice(1);
  return [
    `  ${url}`,
    ...(others.length > 0 ? [`  This PC is also at ${others.join(', ')}.`] : []),
    ...(qr ? ['', ...qrLines(url, colours)] : []),
    '',
    "The browser warns: the certificate is this workshop's own. Go on only where it shows this SHA-256 fingerprint:",
    ...halves(fingerprint).map((half) => `  ${half}`),
    'Whoever has the link has what it may. "koubou token list" shows who came in, "koubou token revoke" puts them out.',
  ].join('\n');
}

const BLACK_ON_WHITE = '\u001b[30;107m';
const PLAIN = '\u001b[0m';
/** Modules of light around it, which readers need to find it. */
const BORDER = 2;

/** Two rows of modules in each line. Without colours the light ones are drawn, as terminals are mostly dark. */
function qrLines(text: string, colours: boolean): string[] {
  const { data } = encode(text, { ecc: 'M', border: BORDER });
  const rows = data.length % 2 === 0 ? data : [...data, data[0]?.map(() => false) ?? []];
  const lines: string[] = [];
  for (let y = 0; y < rows.length; y += 2) {
    const [upper = [], lower = []] = [rows[y], rows[y + 1]];
    const drawn = (isDark = false): boolean => (colours ? isDark : !isDark);
    const line = upper.map((isDark, x) => block(drawn(isDark), drawn(lower[x]))).join('');
    lines.push(colours ? `  ${BLACK_ON_WHITE}${line}${PLAIN}` : `  ${line}`);
  }
  return lines;
}

function block(upper: boolean, lower: boolean): string {
  if (upper) return lower ? '█' : '▀';
  return lower ? '▄' : ' ';
}

/** 95 characters are more than some terminals have columns left. */
function halves(fingerprint: string): string[] {
  const middle = Math.ceil(fingerprint.length / 2);
  return [fingerprint.slice(0, middle), fingerprint.slice(middle)];
}
