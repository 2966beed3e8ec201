/** Which words of a Japanese window are English: texts of the English table that have another one in Japanese, and sentences. */
import type { Page } from '@playwright/test';
import { z } from 'zod';
import { en } from '../../src/renderer/i18n/en.ts';
import { ja } from '../../src/renderer/i18n/ja.ts';

const English = new Set(differing(en, ja));

/** What is data, or code: it stands there as it came. */
const AS_IT_CAME =
  'code, pre, kbd, .mono, .xterm, .card-title, .row-title, [data-lang], .terminal-preview, .agent-log, [lang]';

/** Three words of Latin letters in a row. */
const SENTENCE = /[A-Za-z]{2,} [a-z]{2,} [a-z]{2,}/;

export async function leftInEnglish(page: Page): Promise<string[]> {
  const seen = z.array(z.string()).parse(await page.evaluate(COLLECT));
  return [...new Set(seen)].filter((text) => English.has(text) || SENTENCE.test(text));
}

const COLLECT = `(() => {
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.nodeType === 3 ? node.parentElement : node;
    if (!element || element.closest(${JSON.stringify(AS_IT_CAME)}) || element.closest('style, script')) continue;
    if (node.nodeType === 3) found.push(node.nodeValue.trim());
    else for (const name of ['aria-label', 'title', 'placeholder', 'alt']) found.push((node.getAttribute(name) ?? '').trim());
  }
  return found.filter((text) => text !== '');
})()`;

/** The texts that stand in both at the same place and are not the same. */
function differing(one: unknown, other: unknown): string[] {
  if (typeof one === 'string') return one === other ? [] : [one];
  if (typeof one !== 'object' || one === null) return [];
  if (typeof other !== 'object' || other === null) return [];
  const others = new Map<string, unknown>(Object.entries(other));
  return Object.entries(one).flatMap(([key, value]) => differing(value, others.get(key)));
}
