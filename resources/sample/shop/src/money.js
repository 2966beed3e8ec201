/** Amounts of money are whole cents. */

/** A share of an amount, rounded half up to a whole cent. */
export function percentOf(cents, percent) {
  return Math.round((cents * percent) / 100);
}

/** `1234` as people read it: `12.34 €`. */
export function format(cents) {
  const sign = cents < 0 ? '-' : '';
  const text = String(Math.abs(cents)).padStart(3, '0');
  return `${sign}${text.slice(0, -2)}.${text.slice(-2)} €`;
}
