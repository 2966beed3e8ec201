// A window with one page of files: what Electron itself needs to start. The page's folder is the only argument.
const path = require('node:path');
const { app, BrowserWindow } = require('electron');

app.setPath('userData', path.join(process.argv.at(-1), 'profile'));
void app.whenReady().then(() => {
  const window = new BrowserWindow({ width: 1360, height: 880, show: false });
  window.once('ready-to-show', () => window.show());
  void window.loadFile(path.join(process.argv.at(-1), 'index.html'));
});
