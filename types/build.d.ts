/** Set when the programs are built (scripts/build.mjs) and in unit tests (vitest.config.ts). */

/** The version in package.json. */
declare const __KOUBOU_VERSION__: string;

/** Names the content: the same for the same sources, another one after any change (scripts/build/version.mjs). */
declare const __KOUBOU_BUILD__: string;

/** The public key of updates, base64 of DER (SPKI); empty: this build takes none (`KOUBOU_UPDATE_KEY`). */
declare const __KOUBOU_UPDATE_KEY__: string;
