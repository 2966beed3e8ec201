/** The screens of the sidebar, in its order; the first is the home. A screen adds its line here together with its route in `app.tsx`. */
import {
  IconHistory,
  IconSettings,
  IconChartBar,
  IconLayoutDashboard,
  IconListCheck,
  IconServer2,
  IconStack2,
  type Icon,
} from '@tabler/icons-react';
import type { ComponentType } from 'react';
import type { Text } from '../i18n/en.ts';
import type { Data } from '../store/data.ts';
import { selectAskingCount, selectReviewCount } from '../store/selectors.ts';
import { SavedViews } from '../tasks/views/SavedViews.tsx';

export interface NavEntry {
  readonly path: string;
  readonly icon: Icon;
  readonly label: (text: Text) => string;
  /** The key that opens it from anywhere, as `useHotkeys` writes it. */
  readonly keys: string;
  /** What waits there for a person; none is shown for 0. */
  readonly badge?: NavBadge;
  /** Stands under the entry while the sidebar is unfolded. */
  readonly Below?: ComponentType;
}

export interface NavBadge {
  readonly count: (data: Data) => number;
  readonly words: (n: number, text: Text) => string;
  readonly testId: string;
}

export const NAV: readonly NavEntry[] = [
  {
    path: '/overview',
    icon: IconLayoutDashboard,
    label: ({ nav }) => nav.overview,
    keys: 'o',
  },
  {
    path: '/tasks',
    icon: IconListCheck,
    label: ({ nav }) => nav.tasks,
    keys: 't',
    badge: {
      count: selectReviewCount,
      words: (n, { health }) => health.review(n),
      testId: 'review-count',
    },
    Below: SavedViews,
  },
  {
    path: '/queue',
    icon: IconStack2,
    label: ({ nav }) => nav.queue,
    keys: 'q',
  },
  {
    path: '/agents',
    icon: IconServer2,
    label: ({ nav }) => nav.agents,
    keys: 'a',
    badge: {
      count: selectAskingCount,
      words: (n, { hosts }) => hosts.attention.health(n),
      testId: 'asking-count',
    },
  },
  {
    path: '/usage',
    icon: IconChartBar,
    label: ({ nav }) => nav.usage,
    keys: 'u',
  },
  {
    path: '/audit',
    icon: IconHistory,
    label: ({ nav }) => nav.audit,
    keys: 'l',
  },
  {
    path: '/settings',
    icon: IconSettings,
    label: ({ nav }) => nav.settings,
    keys: ',',
  },
];

/** Where one is when one is nowhere else. */
export const HOME_PATH = NAV[0]?.path ?? '/start';
