/** The real Claude Code, held to what every engine does. */
import { claudeCodeEngine } from '../../../src/agent/engines/claude-code.ts';
import { conforms } from './conformance.ts';
import { openMessagesModel } from './messages-model.ts';

conforms({
  kind: 'claude-code',
  make: claudeCodeEngine,
  provider: 'anthropic',
  environment: () => ({ CLAUDE_CODE_MAX_RETRIES: '0' }),
  openModel: openMessagesModel,
});
