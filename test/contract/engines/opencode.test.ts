/** The real OpenCode, held to what every engine does. */
import path from 'node:path';
import { vi } from 'vitest';
import { openCodeEngine } from '../../../src/agent/engines/opencode.ts';
import { ROOT } from '../../support/workshop.ts';
import { conforms } from './conformance.ts';
import { openOpenAiModel } from './openai-model.ts';

/** The program of this platform: their package that picks one (`opencode-ai`) runs a script for it when it is installed. */
const BIN = path.join(ROOT, 'node_modules', `opencode-${process.platform}-${process.arch}`, 'bin');

// It needs seconds to start on a PC at rest, and 600 MB.
vi.setConfig({ testTimeout: 120_000 });

conforms({
  kind: 'opencode',
  make: openCodeEngine,
  provider: 'openai',
  isHeavy: true,
  environment: () => ({ PATH: `${BIN}:${process.env['PATH'] ?? ''}` }),
  openModel: openOpenAiModel,
});
