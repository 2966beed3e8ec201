/** The stand-in of Anthropic's API, as a model of the conformance suite. */
import { FAULTS, windowSpent } from '../../support/models/messages-faults.ts';
import { startMessagesApi, type Script } from '../../support/models/messages-api.ts';
import type { Fault } from '../../support/models/messages-types.ts';
import { moves } from '../../support/models/moves.ts';
import type { Part, SubjectModel } from './subject.ts';

export async function openMessagesModel(): Promise<SubjectModel> {
  let script: Script = moves();
  const api = await startMessagesApi((turn) => script(turn));
  return {
    url: api.url,
    keys: () => api.keys.map((key) => key.replace(/^Bearer /, '')),
    asked: () => api.requests.length,
    play(part) {
      api.heal();
      if (part.kind === 'moves') script = moves(...part.moves);
      else api.fail(faultOf(part));
    },
    close: () => api.close(),
  };
}

function faultOf(part: Exclude<Part, { kind: 'moves' }>): Fault {
  switch (part.kind) {
    case 'limited':
      return windowSpent(part.resetAt);
    case 'unauthorized':
      return FAULTS.unauthorized;
    case 'overloaded':
      return FAULTS.overloaded;
    case 'too_long':
      return FAULTS.tooLong;
    case 'garbage':
      return FAULTS.garbage;
    case 'torn':
      return FAULTS.torn;
    case 'stall':
      return FAULTS.stall;
  }
}
