/** The stand-in of OpenAI's API, as a model of the conformance suite. */

import { refusal, REFUSALS, type Fault } from '../../support/models/openai-api-faults.ts';
import type { Step } from '../../support/models/openai-api-script.ts';
import { startOpenAiApi } from '../../support/models/openai-api.ts';
import type { Move } from '../../support/models/moves.ts';
import type { Part, SubjectModel } from './subject.ts';

export async function openOpenAiModel(): Promise<SubjectModel> {
  const api = await startOpenAiApi();
  return {
    url: api.url,
    keys: () => api.calls.map(({ key }) => key),
    asked: () => api.calls.length,
    play(part) {
      api.fail(part.kind === 'moves' ? null : faultOf(part));
      if (part.kind !== 'moves') return;
      api.follow(({ step }) => [stepOf(part.moves[step] ?? { do: 'say', text: 'Done.' })]);
    },
    close: () => api.close(),
  };
}

function stepOf(move: Move): Step {
  switch (move.do) {
    case 'say':
    case 'run':
      return move;
    case 'read':
      return { do: 'read', path: move.file };
    case 'write':
      return { do: 'write', path: move.file, content: move.content };
    case 'replace':
      return { do: 'edit', path: move.file, before: move.old, after: move.new };
  }
}

function faultOf(part: Exclude<Part, { kind: 'moves' }>): Fault {
  switch (part.kind) {
    case 'unauthorized':
      return REFUSALS.wrongKey();
    case 'overloaded':
      return REFUSALS.overloaded();
    case 'too_long':
      return REFUSALS.tooLong();
    case 'limited':
      // When it is over is told in headers, which these programs keep to themselves.
      return refusal(429, 'Rate limit reached', { type: 'tokens', code: 'rate_limit_exceeded' });
    case 'garbage':
      return { kind: 'garbage' };
    case 'torn':
      return { kind: 'stop', how: 'cut' };
    case 'stall':
      return { kind: 'hang', after: 'beginning' };
  }
}
