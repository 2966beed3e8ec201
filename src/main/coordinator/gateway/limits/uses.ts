/** What was used and when, until an answer is known to have counted it. Adding and forgetting take constant time each. */
export interface Uses {
  /** In the order of time. */
  add(at: number, amount: number): void;
  /** Those up to and with `at` are counted by the provider. */
  forgetUntil(at: number): void;
  sum(): number;
}

/** So many forgotten ones at the front are worth a copy. */
const COPY_FROM = 256;

export function createUses(): Uses {
  let all: { readonly at: number; readonly amount: number }[] = [];
  let first = 0;
  let sum = 0;
  return {
    add(at, amount) {
      if (amount === 0) return;
      all.push({ at, amount });
      sum += amount;
    },
    forgetUntil(at) {
      for (let use = all[first]; use && use.at <= at; use = all[first]) {
        sum -= use.amount;
        first += 1;
      }
      if (first === all.length) sum = 0;
      if (first === all.length || first > COPY_FROM) {
        all = all.slice(first);
        first = 0;
      }
    },
    sum: () => sum,
  };
}
