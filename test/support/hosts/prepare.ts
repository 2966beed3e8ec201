/** Makes what the test hosts start from, so that no test waits for it. Says nothing where there can be no hosts: the tests do. */
import { ensureBase, whyNoHosts } from './base.ts';

if (whyNoHosts() === null) await ensureBase('bookworm');
