/**
 * Follows links into the desktop app (`koubou://…`), those that it was started with as well. A link shows something, and does
 * nothing: an address goes to the import sheet, where a person looks at it first.
 */
import { notifications } from '@mantine/notifications';
import { useEffect, useRef } from 'react';
import { useNavigate } from 'react-router';
import type { DeepLink } from '../../shared/bridge.ts';
import { useApp, useText } from '../context.ts';

export function useLinks(): void {
  const { ui } = useApp();
  const { native } = useText();
  const navigate = useNavigate();
  const follow = useRef<(link: DeepLink) => void>(() => {});
  useEffect(() => {
    follow.current = (link) => {
      switch (link.kind) {
        case 'page':
          return void navigate(link.path);
        case 'import': {
          const payload = { kind: 'text', text: link.url } as const;
          return ui.setState(({ imports }) => ({
            imports: [...(imports ?? []), { kind: 'payload', payload }],
          }));
        }
        case 'unknown':
          void navigate('/overview');
          notifications.show({ ...native.unknownLink, color: 'yellow', className: 'toast' });
      }
    };
  });
  useEffect(() => {
    const bridge = window.koubou;
    if (!bridge) return undefined;
    const stop = bridge.onLink((link) => follow.current(link));
    void bridge.takeLink().then((link) => link && follow.current(link));
    return stop;
  }, []);
}
