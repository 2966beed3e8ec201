/** Made when the user interface is built (scripts/build/licences.mjs). */

declare module 'virtual:licences' {
  export interface Licence {
    readonly name: string;
    readonly version: string;
    /** Its short name, such as MIT. */
    readonly licence: string;
    readonly text: string;
  }
  /** Of all packages that are shipped, by name. */
  export const licences: readonly Licence[];
}
