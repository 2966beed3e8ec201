/**
 * The one bridge from the page to Electron's main process. Runs sandboxed in an isolated world; the page sees these
 * verbs and nothing of `ipcRenderer`.
 */
import { contextBridge, ipcRenderer, webUtils, type IpcRendererEvent } from 'electron';
import type { Bridge, CoordinatorState, DeepLink } from '../shared/bridge.ts';
import type { UpdateView } from '../shared/update.ts';

const bridge: Bridge<File> = {
  getConnection: () => ipcRenderer.invoke('koubou:connection'),
  onConnection: (listener) => listen('koubou:connection', listener),
  pickFolder: () => ipcRenderer.invoke('koubou:pick-folder'),
  retry: () => ipcRenderer.invoke('koubou:retry'),
  restart: () => ipcRenderer.invoke('koubou:restart'),
  openDataFolder: () => ipcRenderer.invoke('koubou:open-data-folder'),
  notify: (notice) => ipcRenderer.send('koubou:notify', notice),
  onOpen: (listener) => listen('koubou:open', listener),
  takeLink: () => ipcRenderer.invoke('koubou:take-link'),
  onLink: (listener) => listen('koubou:link', listener),
  setTray: (summary) => ipcRenderer.send('koubou:tray', summary),
  getQuiet: () => ipcRenderer.invoke('koubou:get-quiet'),
  setQuiet: (choice) => ipcRenderer.invoke('koubou:set-quiet', choice),
  getInstallation: () => ipcRenderer.invoke('koubou:get-installation'),
  setStartsAtLogin: (on) => ipcRenderer.invoke('koubou:set-at-login', on),
  onWake: (listener) => listen('koubou:wake', listener),
  update: (order) => ipcRenderer.invoke('koubou:update', order),
  onUpdate: (listener) => listen('koubou:update', listener),
  pathOf: (file) => webUtils.getPathForFile(file),
};

/** What the main process sends; see `bridge.ts` there. */
interface Channels {
  readonly 'koubou:connection': CoordinatorState;
  readonly 'koubou:open': string;
  readonly 'koubou:link': DeepLink;
  readonly 'koubou:wake': undefined;
  readonly 'koubou:update': UpdateView;
}

function listen<C extends keyof Channels>(
  channel: C,
  listener: (value: Channels[C]) => void,
): () => void {
  const heard = (_: IpcRendererEvent, value: Channels[C]): void => listener(value);
  ipcRenderer.on(channel, heard);
  return () => ipcRenderer.off(channel, heard);
}

contextBridge.exposeInMainWorld('koubou', bridge);
