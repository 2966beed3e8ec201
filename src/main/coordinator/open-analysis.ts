/** What the analysis of tasks learns from, put together: repositories, earlier tasks, and a model where one is set. */
import type { Logger } from 'pino';
import type { Clock } from '../../shared/clock.ts';
import type { Forge } from './forge/port.ts';
import { askModel } from './gateway/models/ask.ts';
import type { Journal } from './journal/port.ts';
import type { Models } from './open-models.ts';
import type { Sources } from './scheduler/analysis/gather.ts';
import { openHistory, type History } from './scheduler/analysis/history.ts';
import { openModelAnalysis } from './scheduler/analysis/model.ts';
import { openRepositories } from './scheduler/analysis/repositories.ts';
import type { WorkshopSettings } from './settings/settings.ts';

export interface OpenAnalysisDeps {
  readonly journal: Journal;
  readonly forge: Pick<Forge, 'survey'>;
  readonly models: Pick<Models, 'admission' | 'accounts'>;
  readonly settings: Pick<WorkshopSettings, 'current'>;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface Analysis {
  readonly sources: Sources;
  readonly history: History;
}

export function openAnalysis({
  journal,
  forge,
  models,
  settings,
  ...deps
}: OpenAnalysisDeps): Analysis {
  const { clock, log } = deps;
  const history = openHistory(journal);
  const model = openModelAnalysis({
    ask: (question, signal) => askModel(question, signal, { ...models, clock }),
    settings: () => settings.current().analysis,
    clock,
    log: (line) => log.info(line),
  });
  return {
    history,
    sources: {
      repositories: openRepositories(forge, clock),
      past: history.past,
      // While all stands still nothing is sent to a model.
      model: () => (journal.workshop().stopped === null ? model() : null),
    },
  };
}
