/** What is known of a task before it is placed, in English. */
import type { FactSource, TaskSize } from '../../shared/domain/analysis.ts';
import type { SecurityLevel } from '../../shared/domain/security.ts';

const sources: Record<FactSource, string> = {
  person: 'by hand',
  label: 'label',
  repository: '.koubou.yaml',
  path: 'paths',
  model: 'model',
  history: 'history',
  language: 'languages',
  words: 'words',
  default: 'default',
};

const sizes: Record<TaskSize, string> = {
  small: 'Small',
  medium: 'Medium',
  large: 'Large',
};

const security: Record<SecurityLevel, string> = {
  public: 'Public',
  internal: 'Internal',
  confidential: 'Confidential',
};

export const enAnalysis = {
  title: 'What was found',
  change: 'Change',
  changeTitle: 'Put right what was found',
  changeLead: 'What you set here stands above everything that was found.',
  save: 'Save',
  sources,
  sourceOf: (source: string, why: string) => `From: ${source} (${why})`,
  sourceAlone: (source: string) => `From: ${source}`,
  sizes,
  securityLevels: security,
  facts: {
    specialty: 'Kind',
    size: 'Size',
    duration: 'Takes',
    cost: 'Costs',
    security: 'Security',
    location: 'Stays in',
    needs: 'Needs',
    concurrency: 'In turn',
    batch: 'Batch',
    workflow: 'Workflow',
    recurring: 'Comes again',
    site: 'Led by',
    upstream: 'If cut off',
  },
  workflow: {
    done: (done: number, all: number) => `${done} of ${all} ended`,
    before: (n: number) => (n === 1 ? '1 step before' : `${n} steps before`),
    after: (n: number) => (n === 1 ? '1 step after' : `${n} steps after`),
    waitsFor: (tasks: string) => `After ${tasks}`,
  },
  anywhere: 'anywhere',
  about: (what: string) => `about ${what}`,
  unknown: 'not known yet',
  none: 'nothing',
  skips: 'cancelled with what it waits for',
  needsHint: 'Words with spaces between them: python3 gpu os.linux',
  locationHint: 'Only agents that stand there work on it. Empty: anywhere',
  concurrencyHint: 'Tasks that share one of these are worked on one at a time',
};
