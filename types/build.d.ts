/** Set when the programs are built (scripts/build.mjs) and in unit tests (vitest.config.ts). */

/** The version in package.json. */
declare const __KOUBOU_VERSION__: string;

/** The commit that was built, with `-dirty` when the sources had changes; `unknown` without git. */
declare const __KOUBOU_BUILD__: string;
