/** REST: every operation the stand-in does, by GitHub's name of it. */
import { type Handlers } from '../call.ts';
import { appHandlers } from './apps.ts';
import { checkHandlers, searchHandlers } from './checks.ts';
import { commentHandlers, issueHandlers, labelHandlers } from './issues.ts';
import { pullHandlers, reviewHandlers } from './pulls.ts';
import { hookHandlers } from './hooks.ts';
import { refHandlers, repoHandlers } from './repos.ts';

export const HANDLERS: Handlers = {
  ...issueHandlers,
  ...commentHandlers,
  ...labelHandlers,
  ...pullHandlers,
  ...reviewHandlers,
  ...repoHandlers,
  ...refHandlers,
  ...hookHandlers,
  ...checkHandlers,
  ...searchHandlers,
  ...appHandlers,
};
