/** A value, and the event that made it. */
export interface Stamped<T> {
  readonly value: T;
  readonly seq: number;
}
