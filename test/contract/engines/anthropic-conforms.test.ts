/** Our own loop with Claude, held to what every engine does. */
import { anthropicEngine } from '../../../src/agent/engines/anthropic.ts';
import { conforms } from './conformance.ts';
import { openMessagesModel } from './messages-model.ts';

conforms({
  kind: 'anthropic',
  make: anthropicEngine,
  provider: 'anthropic',
  environment: () => ({}),
  openModel: openMessagesModel,
  not: { killed: 'it has no process of its own' },
});
