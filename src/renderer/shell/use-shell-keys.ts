/** Keys that work on every screen, unless one is typing. */
import { useHotkeys } from '@mantine/hooks';
import { useNavigate } from 'react-router';
import { useApp } from '../context.ts';

export function useShellKeys(): void {
  const { ui } = useApp();
  const navigate = useNavigate();
  useHotkeys([
    ['n', () => ui.setState({ isNewTaskOpen: true })],
    // With Shift or without, as the keyboard has it.
    ['shift + ?', () => ui.setState({ isHelpOpen: true })],
    ['?', () => ui.setState({ isHelpOpen: true })],
    ['t', () => void navigate('/tasks')],
    ['a', () => void navigate('/agents')],
  ]);
}
