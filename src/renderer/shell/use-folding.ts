/** Whether the sidebar shows icons alone: because the window is narrow, or because one folded it (which is remembered). */
import { useMediaQuery } from '@mantine/hooks';
import { useApp, useUi } from '../context.ts';
import { selectIsSidebarFolded } from '../store/selectors.ts';

export interface Folding {
  readonly isFolded: boolean;
  /** True when there is no room for words, whatever was chosen. */
  readonly isForced: boolean;
  toggle(): void;
}

export function useFolding(): Folding {
  const { ui } = useApp();
  const isChosen = useUi(selectIsSidebarFolded);
  const isForced = useMediaQuery('(max-width: 1099.98px)', false, {
    getInitialValueInEffect: false,
  });
  return {
    isFolded: isChosen || isForced,
    isForced,
    toggle: () => ui.setState({ isSidebarFolded: !isChosen }),
  };
}
