/** Dragging from outside into the window, as a browser or a file manager does it. */
import type { CDPSession, Page } from '@playwright/test';

/** What a browser gives while a link or some are dragged over from it. */
export interface Dragged {
  readonly items?: readonly { readonly mimeType: string; readonly data: string }[];
  readonly files?: readonly string[];
}

/** A drag from outside, as Chromium gets it from the system. */
export async function drag(page: Page, data: Dragged): Promise<{ drop(): Promise<void> }> {
  const client: CDPSession = await page.context().newCDPSession(page);
  const about = {
    x: 500,
    y: 300,
    data: {
      items: (data.items ?? []).map((item) => ({ ...item })),
      files: [...(data.files ?? [])],
      dragOperationsMask: 1,
    },
  };
  await client.send('Input.dispatchDragEvent', { type: 'dragEnter', ...about });
  await client.send('Input.dispatchDragEvent', { type: 'dragOver', ...about });
  return {
    async drop() {
      await client.send('Input.dispatchDragEvent', { type: 'drop', ...about });
      await client.detach();
    },
  };
}

export function links(lines: readonly string[]): Dragged {
  const data = lines.join('\r\n');
  return {
    items: [
      { mimeType: 'text/uri-list', data },
      { mimeType: 'text/plain', data },
    ],
  };
}
