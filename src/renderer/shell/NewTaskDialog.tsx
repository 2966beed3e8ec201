/** The form of a new task over whatever screen is open. */
import { Modal } from '@mantine/core';
import { useNavigate } from 'react-router';
import { useApp, useText, useUi } from '../context.ts';
import { NewTaskForm } from '../start/NewTaskForm.tsx';
import { selectIsNewTaskOpen } from '../store/selectors.ts';

export function NewTaskDialog() {
  const { start } = useText();
  const { ui } = useApp();
  const isOpen = useUi(selectIsNewTaskOpen);
  const navigate = useNavigate();
  const close = (): void => ui.setState({ isNewTaskOpen: false });
  return (
    <Modal opened={isOpen} onClose={close} title={start.form.title} size={640}>
      <NewTaskForm
        onCreated={(task) => {
          close();
          void navigate(`/tasks/${task.id}`);
        }}
      />
    </Modal>
  );
}
