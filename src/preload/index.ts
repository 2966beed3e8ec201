/**
 * The one bridge from the page to Electron's main process. Runs sandboxed in an isolated world; the page sees these five
 * verbs and nothing of `ipcRenderer`.
 */
import { contextBridge, ipcRenderer, webUtils, type IpcRendererEvent } from 'electron';
import type { Bridge, CoordinatorState } from '../shared/bridge.ts';

const bridge: Bridge<File> = {
  getConnection: () => ipcRenderer.invoke('koubou:connection'),
  onConnection(listener) {
    const onState = (_: IpcRendererEvent, state: CoordinatorState): void => listener(state);
    ipcRenderer.on('koubou:connection', onState);
    return () => ipcRenderer.off('koubou:connection', onState);
  },
  pickFolder: () => ipcRenderer.invoke('koubou:pick-folder'),
  retry: () => ipcRenderer.invoke('koubou:retry'),
  pathOf: (file) => webUtils.getPathForFile(file),
};

contextBridge.exposeInMainWorld('koubou', bridge);
