/** A folder that is dropped anywhere on the window becomes the repository of a new task. */
import { useEffect } from 'react';
import { useApp } from '../context.ts';

export function useDropFolder(): void {
  const { ui } = useApp();
  useEffect(() => {
    const onDragOver = (event: DragEvent): void => {
      if (!event.dataTransfer?.types.includes('Files')) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = window.koubou ? 'link' : 'none';
    };
    const onDrop = (event: DragEvent): void => {
      const file = event.dataTransfer?.files[0];
      if (!file) return;
      // Chromium would open the file in place of the app.
      event.preventDefault();
      const path = window.koubou?.pathOf(file) ?? '';
      if (path === '') return;
      const isOnStart = location.hash.startsWith('#/start');
      ui.setState({ droppedRepo: path, ...(!isOnStart && { isNewTaskOpen: true }) });
    };
    document.addEventListener('dragover', onDragOver);
    document.addEventListener('drop', onDrop);
    return () => {
      document.removeEventListener('dragover', onDragOver);
      document.removeEventListener('drop', onDrop);
    };
  }, [ui]);
}
