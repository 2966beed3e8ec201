/**
 * Electron's security checklist, item by item, on the running app; `docs/security-checklist.md` names the test of each. What
 * shows in the sources alone is in `src/main/electron/security.test.ts`, the fuses in `scripts/desktop/fuses.test.mjs`.
 */
import { expect, test, type Page } from '@playwright/test';
import { newDataDir, openApp, removeDataDir, serveInfo, type DesktopApp } from './app.ts';

const STEP_MS = 45_000;
/** Where nobody ever answers. */
const ELSEWHERE = 'https://koubou.example/';

let dataDir = '';
let app: DesktopApp;
let page: Page;

test.beforeAll(async () => {
  test.setTimeout(2 * STEP_MS);
  dataDir = newDataDir();
  app = await openApp(dataDir);
  ({ page } = app);
  await expect(page.getByTestId('health')).toContainText('1 agent', { timeout: STEP_MS });
});

test.afterAll(async () => {
  await app.quit();
  removeDataDir(dataDir);
});

test('1: nothing is loaded from elsewhere', async () => {
  expect(page.url()).toMatch(/^app:\/\/ui\//);
  const addresses = [
    ELSEWHERE,
    'http://koubou.example/',
    'http://192.0.2.1/',
    'file:///etc/passwd',
    'app://other/',
  ];
  for (const url of addresses) expect(await outcomeOf(url), url).toBe('blocked');
  const own = new URL('/health', serveInfo(dataDir).url).href;
  expect(await outcomeOf(own)).not.toBe('blocked');
  const picture = inPage(`return await new Promise((resolve) => {
    const picture = new Image();
    picture.onload = () => resolve('loaded');
    picture.onerror = () => resolve('blocked');
    picture.src = '${ELSEWHERE}a.png';
  })`);
  expect(await picture).toBe('blocked');
});

test('2, 3, 4, 6, 8, 9, 10: the page is isolated, sandboxed, and nothing is loosened', async () => {
  const preferences = await app.electron.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows().map(({ webContents }) => {
      // Electron has it for its own tests, and does not declare it.
      const read: unknown = Reflect.get(webContents, 'getLastWebPreferences');
      const used: unknown = typeof read === 'function' ? read.call(webContents) : null;
      return typeof used === 'object' && used !== null
        ? Object.fromEntries(Object.entries(used))
        : {};
    }),
  );
  expect(preferences).toHaveLength(1);
  const [used = {}] = preferences;
  expect(used).toMatchObject({ contextIsolation: true, sandbox: true });
  expect(used['webSecurity']).not.toBe(false);
  expect(used['enableBlinkFeatures'] ?? '').toBe('');
  const loose = ['nodeIntegration', 'nodeIntegrationInWorker', 'nodeIntegrationInSubFrames'];
  for (const name of [
    ...loose,
    ...['webviewTag', 'allowRunningInsecureContent', 'experimentalFeatures'],
  ])
    expect(used[name] ?? false, name).toBe(false);
  const names = "['require', 'process', 'module', 'global', 'Buffer', 'ipcRenderer', 'electron']";
  expect(await inPage(`return ${names}.filter((name) => name in globalThis)`)).toEqual([]);
});

test('5: whatever asks for a permission is refused, but to copy', async () => {
  const asked = await inPage(`
    const refusal = (work) => work.then(() => 'allowed', () => 'refused');
    const place = new Promise((resolve, reject) =>
      navigator.geolocation.getCurrentPosition(resolve, reject));
    return {
      place: await refusal(place),
      camera: await refusal(navigator.mediaDevices.getUserMedia({ video: true })),
      screen: await refusal(navigator.mediaDevices.getDisplayMedia({ video: true })),
      paste: await refusal(navigator.clipboard.readText()),
      notices: await Notification.requestPermission(),
    };`);
  expect(asked).toEqual({
    place: 'refused',
    camera: 'refused',
    screen: 'refused',
    paste: 'refused',
    notices: 'denied',
  });
});

test('7: a policy without eval and without scripts of others holds', async () => {
  const policy = await app.electron.evaluate(
    async ({ net }) => (await net.fetch('app://ui/')).headers.get('content-security-policy') ?? '',
  );
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("script-src 'self';");
  expect(policy).not.toContain('unsafe-eval');
  // Out of the test's own evaluation, which may do more.
  const evaluated = inPage(`return await new Promise((resolve) => setTimeout(() => {
    try { resolve(eval('1')); } catch (error) { resolve(error.name); }
  }))`);
  expect(await evaluated).toBe('EvalError');
  const title = inPage(`
    const script = document.createElement('script');
    script.textContent = 'document.title = "taken"';
    document.body.append(script);
    script.remove();
    return document.title;`);
  expect(await title).not.toBe('taken');
});

test('11, 12: there are no web views', async () => {
  await inPage(`
    const view = document.createElement('webview');
    view.setAttribute('src', '${ELSEWHERE}');
    view.setAttribute('allowpopups', '');
    document.body.append(view);`);
  const kinds = await app.electron.evaluate(({ webContents }) =>
    webContents.getAllWebContents().map((contents) => contents.getType()),
  );
  expect(kinds.filter((kind) => kind !== 'window')).toEqual([]);
  await inPage(`document.querySelector('webview').remove()`);
});

test('14, 15: no window is opened, and only web addresses go to the browser', async () => {
  await app.electron.evaluate(({ shell }) => {
    const opened: string[] = [];
    Object.assign(globalThis, { opened });
    shell.openExternal = (url) => {
      opened.push(url);
      return Promise.resolve();
    };
  });
  for (const url of [
    `${ELSEWHERE}a`,
    'file:///etc/passwd',
    'smb://koubou.example/x',
    'koubou://task/1',
    'mailto:a@koubou.example',
    'about:blank',
  ])
    await inPage(`window.open('${url}')`);
  const opened = await app.electron.evaluate(() =>
    JSON.stringify(Reflect.get(globalThis, 'opened')),
  );
  expect(JSON.parse(opened)).toEqual([`${ELSEWHERE}a`]);
  expect(
    await app.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length),
  ).toBe(1);
});

test('17: no other page is answered, and nobody who does not speak as agreed', async () => {
  const foreign = await app.electron.evaluate(async ({ app: electronApp, BrowserWindow }) => {
    const preload = `${electronApp.getAppPath()}/dist/preload.cjs`;
    const other = new BrowserWindow({ show: false, webPreferences: { preload, sandbox: true } });
    await other.loadURL('data:text/html,other');
    const answer: unknown = await other.webContents.executeJavaScript(
      `Promise.allSettled([koubou.getConnection(), koubou.retry(), koubou.getQuiet(), koubou.takeLink()])
        .then((all) => all.map(({ status }) => status).join(' '))`,
    );
    other.destroy();
    return answer;
  });
  expect(foreign).toBe('rejected rejected rejected rejected');

  const odd = await inPage(`
    koubou.setTray({ state: 'calm', words: 7 });
    koubou.notify({ title: 'x', body: 'x', path: 'https://x' });
    return await koubou.setQuiet({ $ne: 1 }).then(() => 'answered', () => 'refused')`);
  expect(odd).toBe('refused');
  await expect(page.getByTestId('health')).toBeVisible();
});

test('18: the protocol of the page gives nothing out but the page', async () => {
  const statusOf = async (url: string): Promise<number> =>
    await app.electron.evaluate(async ({ net }, asked) => (await net.fetch(asked)).status, url);
  expect(await statusOf('app://ui/index.html')).toBe(200);
  const names = ['../main.cjs', '%2e%2e/preload.cjs', '..%2f..%2fpackage.json', '%zz', 'a%00b'];
  for (const name of names) expect(await statusOf(`app://ui/${name}`), name).toBe(404);
  expect(await statusOf('app://other/index.html')).toBe(404);
});

test('20: the page has our verbs, and nothing of Electron', async () => {
  const verbs = await inPage(
    'return Object.entries(koubou).map(([name, value]) => `${name}: ${typeof value}`).sort()',
  );
  expect(verbs).toEqual(
    [
      'getConnection',
      'getInstallation',
      'getQuiet',
      'notify',
      'onConnection',
      'onLink',
      'onOpen',
      'onUpdate',
      'onWake',
      'openDataFolder',
      'pathOf',
      'pickFolder',
      'restart',
      'retry',
      'setQuiet',
      'setStartsAtLogin',
      'setTray',
      'takeLink',
      'update',
    ].map((name) => `${name}: function`),
  );
});

test('besides: only what the page itself made is saved', async () => {
  const held = await app.electron.evaluate(
    async ({ BrowserWindow, session }, url) => {
      const [window] = BrowserWindow.getAllWindows();
      return await new Promise((resolve) => {
        session.defaultSession.once('will-download', (event) => resolve(event.defaultPrevented));
        window?.webContents.downloadURL(url);
      });
    },
    new URL('/health', serveInfo(dataDir).url).href,
  );
  expect(held).toBe(true);
  const saved = app.electron.evaluate(
    async ({ session }) =>
      await new Promise((resolve) => {
        session.defaultSession.once('will-download', (event, item) => {
          item.cancel();
          resolve(event.defaultPrevented);
        });
      }),
  );
  await inPage(`
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob(['x']));
    link.download = 'x.txt';
    link.click();`);
  expect(await saved).toBe(false);
});

// The last one: Playwright waits for navigations that were refused.
test('13: the window goes nowhere else, and nothing is embedded', async () => {
  const embedded = await inPage(`
    const frame = document.createElement('iframe');
    frame.src = 'data:text/html,here';
    const loaded = new Promise((resolve) => frame.addEventListener('load', resolve));
    document.body.append(frame);
    await loaded;
    // What was refused cannot be looked into, or is empty.
    const text = frame.contentDocument?.body.textContent ?? '';
    frame.remove();
    return text`);
  expect(embedded).not.toContain('here');
  const before = page.url();
  for (const to of [ELSEWHERE, 'app://other/', 'koubou://task/1']) {
    const prevented = await app.electron.evaluate(async ({ BrowserWindow }, url) => {
      const contents = BrowserWindow.getAllWindows()[0]?.webContents;
      const heard = new Promise((resolve) =>
        contents?.once('will-frame-navigate', (event) =>
          setImmediate(() => resolve(event.defaultPrevented)),
        ),
      );
      await contents?.executeJavaScript(`void location.assign(${JSON.stringify(url)})`);
      return await heard;
    }, to);
    expect(prevented, to).toBe(true);
  }
  const after = await app.electron.evaluate(
    async ({ BrowserWindow }, places) => {
      const contents = BrowserWindow.getAllWindows()[0]?.webContents;
      for (const url of places)
        await contents?.executeJavaScript(`void location.assign(${JSON.stringify(url)})`);
      return contents?.getURL();
    },
    ['file:///etc/passwd', 'data:text/html,x', 'javascript:document.title="taken"'],
  );
  expect(after).toBe(before);
});

/** What a request of the page comes to: a status, or that it was blocked. */
async function outcomeOf(url: string): Promise<unknown> {
  return await inPage(
    `return await fetch('${url}').then(({ status }) => String(status), () => 'blocked')`,
  );
}

/** Runs a script in the page, which has other types than a test. */
async function inPage(script: string): Promise<unknown> {
  return await page.evaluate(`(async () => { ${script} })()`);
}
