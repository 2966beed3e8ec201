/** One saved view: opens it, and changes it by its menu. */
import { ActionIcon, Menu, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconArrowDown, IconArrowUp, IconDots, IconPencil, IconTrash } from '@tabler/icons-react';
import { useEffect, useRef, useState, type KeyboardEvent } from 'react';
import { Link, useLocation } from 'react-router';
import type { View } from '../../../shared/contract-search.ts';
import { useText } from '../../context.ts';
import { ActNotice } from '../ActNotice.tsx';
import { changedView, movedView, putBackView } from './order.ts';
import type { Views } from './use-views.ts';

export interface ViewItemProps {
  readonly view: View;
  readonly isFirst: boolean;
  readonly isLast: boolean;
  readonly change: Views['change'];
}

export function ViewItem(props: ViewItemProps) {
  const { view, change } = props;
  const { pathname, search } = useLocation();
  const [isNaming, setNaming] = useState(false);
  const isHere = pathname === '/tasks' && search.slice(1) === view.query;
  if (isNaming) {
    return (
      <li>
        <Rename
          view={view}
          done={(name) => {
            setNaming(false);
            if (name !== view.name && name !== '')
              void change((views) => changedView(views, view.id, { name }));
          }}
        />
      </li>
    );
  }
  return (
    <li className="view-item">
      <Link
        className="view-link clip"
        to={`/tasks?${view.query}`}
        title={view.name}
        aria-current={isHere ? 'page' : undefined}
        data-testid="view"
      >
        {view.name}
      </Link>
      <ViewMenu {...props} rename={() => setNaming(true)} />
    </li>
  );
}

function ViewMenu({ view, isFirst, isLast, change, rename }: ViewItemProps & { rename(): void }) {
  const { views: words } = useText().taskList;

  async function remove(): Promise<void> {
    let at = 0;
    const isGone = await change((views) => {
      at = views.findIndex(({ id }) => id === view.id);
      return views.filter(({ id }) => id !== view.id);
    });
    if (!isGone) return;
    const undo = (): void => {
      notifications.hide(notice);
      void change((views) => putBackView(views, view, Math.max(0, at)));
    };
    const notice = notifications.show({
      title: words.removed(view.name),
      message: <ActNotice lines={[]} undo={undo} />,
      className: 'toast',
    });
  }

  return (
    <Menu position="bottom-end" width={170}>
      <Menu.Target>
        <ActionIcon
          className="view-more"
          size={20}
          aria-label={words.more(view.name)}
          data-testid="view-more"
        >
          <IconDots size={14} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          leftSection={<IconPencil size={14} />}
          onClick={rename}
          data-testid="view-rename"
        >
          {words.rename}
        </Menu.Item>
        <Menu.Item
          leftSection={<IconArrowUp size={14} />}
          disabled={isFirst}
          onClick={() => void change((views) => movedView(views, view.id, -1))}
          data-testid="view-up"
        >
          {words.up}
        </Menu.Item>
        <Menu.Item
          leftSection={<IconArrowDown size={14} />}
          disabled={isLast}
          onClick={() => void change((views) => movedView(views, view.id, 1))}
        >
          {words.down}
        </Menu.Item>
        <Menu.Item
          leftSection={<IconTrash size={14} />}
          onClick={() => void remove()}
          data-testid="view-remove"
        >
          {words.remove}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function Rename({ view, done }: { readonly view: View; done(name: string): void }) {
  const { views: words } = useText().taskList;
  const [name, setName] = useState(view.name);
  const field = useRef<HTMLInputElement>(null);
  // Whoever asked to rename it begins to type.
  useEffect(() => field.current?.select(), []);

  function onKeyDown(event: KeyboardEvent): void {
    if (event.key === 'Enter') done(name.trim());
    if (event.key === 'Escape') done(view.name);
  }

  return (
    <TextInput
      size="xs"
      aria-label={words.name}
      value={name}
      maxLength={60}
      ref={field}
      onChange={(event) => setName(event.currentTarget.value)}
      onKeyDown={onKeyDown}
      onBlur={() => done(name.trim())}
      data-testid="view-rename-field"
    />
  );
}
