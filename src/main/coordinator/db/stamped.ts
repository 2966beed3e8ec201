/** A value, and the event that made it. */
export interface Stamped<T> {
  readonly value: T;
  readonly seq: number;
}

/** A row as a check sees it. */
export interface Audited<T> extends Stamped<T> {
  /** The columns that are searched say what the document says. */
  readonly sound: boolean;
}
