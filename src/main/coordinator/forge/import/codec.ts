/** Bytes of dropped files as text, with what Node knows of encodings. */
import type { Codec } from '../../../../shared/import/files.ts';

export const NODE_CODEC: Codec = {
  bytes: (base64) => (/^[\w+/-]*={0,2}$/.test(base64) ? Buffer.from(base64, 'base64') : null),
  text(bytes, encoding) {
    try {
      return new TextDecoder(encoding, { fatal: true }).decode(bytes);
    } catch (error) {
      if (error instanceof TypeError) return null;
      throw error;
    }
  },
};
