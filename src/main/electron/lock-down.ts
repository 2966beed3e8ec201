/**
 * What no page in this app may do, ours or one that got in: go elsewhere, open windows, embed pages, ask for devices, save
 * files from elsewhere. `docs/security-checklist.md` lists what is held by which test.
 */
import { app, session, shell, type WebContents } from 'electron';
import { UI_ORIGIN } from './ui-protocol.ts';

/** Copying, and nothing that reads or records. */
const ALLOWED = new Set(['clipboard-sanitized-write']);

/** For every page there will ever be. Call before the first. */
export function lockDown(): void {
  app.on('web-contents-created', (_event, contents) => keepAtHome(contents));
}

/** No page of ours asks for more; whatever asks is refused. */
export function lockSession(): void {
  const { defaultSession } = session;
  defaultSession.setPermissionRequestHandler((contents, permission, answer) =>
    answer(ALLOWED.has(permission) && isOurs(contents.getURL())),
  );
  defaultSession.setPermissionCheckHandler(
    (_contents, permission, origin) => ALLOWED.has(permission) && isOurs(`${origin}/`),
  );
  defaultSession.setDevicePermissionHandler(() => false);
  // What the page itself made to be saved; a person says where.
  defaultSession.on('will-download', (event, item) => {
    if (!item.getURL().startsWith(`blob:${UI_ORIGIN}/`)) event.preventDefault();
  });
}

/** Links of the page open in the user's browser; the window itself stays where it is. */
function keepAtHome(contents: WebContents): void {
  contents.setWindowOpenHandler(({ url }) => {
    // The page asks before it opens what is not encrypted.
    if (isWeb(url)) void shell.openExternal(url);
    return { action: 'deny' };
  });
  contents.on('will-frame-navigate', (event) => {
    if (!event.isMainFrame || !isOurs(event.url)) event.preventDefault();
  });
  contents.on('will-redirect', (event) => event.preventDefault());
  contents.on('will-attach-webview', (event) => event.preventDefault());
}

function isOurs(url: string): boolean {
  return url.startsWith(`${UI_ORIGIN}/`);
}

function isWeb(url: string): boolean {
  const protocol = URL.parse(url)?.protocol;
  return protocol === 'https:' || protocol === 'http:';
}
