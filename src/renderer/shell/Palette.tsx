/**
 * Ctrl/⌘ K: finds tasks, agents and screens by name, and everything that can be done. A combobox: the focus stays in the
 * field, arrows move through the list, Enter does what is chosen.
 */
import { Modal } from '@mantine/core';
import { useApp, useText, useUi } from '../context.ts';
import { selectIsPaletteOpen } from '../store/selectors.ts';
import './palette.css';
import { PaletteBody } from './PaletteBody.tsx';

export function Palette() {
  const { shell } = useText();
  const { ui } = useApp();
  const isOpen = useUi(selectIsPaletteOpen);
  const close = (): void => ui.setState({ isPaletteOpen: false });
  return (
    <Modal.Root
      opened={isOpen}
      onClose={close}
      size={620}
      yOffset="10dvh"
      // Whoever types at once types into the field.
      transitionProps={{ duration: 0 }}
      classNames={{ content: 'palette' }}
      styles={{ body: { padding: 0 } }}
    >
      <Modal.Overlay backgroundOpacity={0.35} />
      <Modal.Content aria-label={shell.palette} data-testid="palette">
        <Modal.Body>
          <PaletteBody close={close} />
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}
