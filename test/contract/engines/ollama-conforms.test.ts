/** Our own loop with a model of Ollama, held to what every engine does. */
import { ollamaEngine } from '../../../src/agent/engines/ollama.ts';
import { moves } from '../../support/models/moves.ts';
import { startOllamaApi, type OllamaFault } from '../../support/models/ollama-api.ts';
import { conforms } from './conformance.ts';
import type { Part, SubjectModel } from './subject.ts';

conforms({
  kind: 'ollama',
  make: ollamaEngine,
  provider: null,
  environment: ({ url }) => ({ OLLAMA_HOST: url }),
  openModel,
  not: {
    killed: 'it has no process of its own',
  },
});

async function openModel(): Promise<SubjectModel> {
  let script = moves();
  const api = await startOllamaApi((turn) => script(turn));
  return {
    url: api.url,
    keys: () => [],
    asked: () => api.requests.length,
    play(part) {
      api.heal();
      if (part.kind === 'moves') script = moves(...part.moves);
      else api.fail(faultOf(part));
    },
    close: async () => await api.close(),
  };
}

function faultOf({ kind }: Exclude<Part, { kind: 'moves' }>): OllamaFault {
  switch (kind) {
    case 'unauthorized':
      return { kind: 'error', status: 401, message: 'unauthorized' };
    case 'limited':
      return { kind: 'error', status: 429, message: 'you have reached your hourly usage limit' };
    case 'overloaded':
      return { kind: 'error', status: 503, message: 'server busy, please try again' };
    case 'too_long':
      return { kind: 'error', status: 400, message: 'the input exceeds the context length' };
    default:
      return { kind };
  }
}
