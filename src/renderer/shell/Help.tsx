/** The keyboard shortcuts. */
import { Kbd, Modal } from '@mantine/core';
import { useApp, useText, useUi } from '../context.ts';
import { selectIsHelpOpen } from '../store/selectors.ts';

export function Help() {
  const { help } = useText();
  const { ui } = useApp();
  const isOpen = useUi(selectIsHelpOpen);
  const groups: readonly [string, readonly (readonly [string, string])[]][] = [
    [
      help.everywhere,
      [
        [help.search, 'Ctrl/⌘ K'],
        [help.newTask, 'n'],
        [help.goTasks, 't'],
        [help.goAgents, 'a'],
        [help.help, '?'],
      ],
    ],
    [
      help.lists,
      [
        [help.next, 'j'],
        [help.previous, 'k'],
        [help.open, 'Enter'],
        [help.filter, '/'],
      ],
    ],
    [
      help.taskScreen,
      [
        [help.tabs, '1 2 3 4'],
        [help.back, 'Esc'],
      ],
    ],
  ];
  return (
    <Modal
      opened={isOpen}
      onClose={() => ui.setState({ isHelpOpen: false })}
      title={help.title}
      size="sm"
      data-testid="help"
    >
      {groups.map(([title, rows]) => (
        <section className="help-group" key={title}>
          <h2>{title}</h2>
          {rows.map(([label, keys]) => (
            <div className="help-row" key={label}>
              {label}
              <Kbd size="sm">{keys}</Kbd>
            </div>
          ))}
        </section>
      ))}
    </Modal>
  );
}
