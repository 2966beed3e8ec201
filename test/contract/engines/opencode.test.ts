/** The real OpenCode, held to what every engine does. */
import { openCodeEngine } from '../../../src/agent/engines/opencode.ts';
import { conforms } from './conformance.ts';
import { openOpenAiModel } from './openai-model.ts';

conforms({
  kind: 'opencode',
  make: openCodeEngine,
  provider: 'openai',
  environment: () => ({}),
  openModel: openOpenAiModel,
});
