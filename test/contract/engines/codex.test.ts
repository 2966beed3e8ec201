/** The real Codex, held to what every engine does. */
import { codexEngine } from '../../../src/agent/engines/codex.ts';
import { conforms } from './conformance.ts';
import { openOpenAiModel } from './openai-model.ts';

conforms({
  kind: 'codex',
  make: codexEngine,
  provider: 'openai',
  environment: () => ({}),
  openModel: openOpenAiModel,
});
