/** Links and anchors of Markdown files. */
import fs from 'node:fs';
import path from 'node:path';
import { anchorOf } from './markdown.mjs';

const IGNORED = new Set(['node_modules', 'dist', 'test-results', 'reports']);

/** All Markdown files of a folder, those of packages and builds left out. */
export function markdownFiles(dir) {
  return fs.readdirSync(dir, { withFileTypes: true }).flatMap((entry) => {
    const file = path.join(dir, entry.name);
    if (entry.isDirectory()) {
      return IGNORED.has(entry.name) || entry.name.startsWith('.') ? [] : markdownFiles(file);
    }
    return entry.name.endsWith('.md') ? [file] : [];
  });
}

/** Targets of links and pictures inside the repository. */
export function linksOf(text) {
  const prose = withoutCode(text);
  return [...prose.matchAll(/\]\(([^()\s]+(?:\([^()\s]*\))?)(?:\s+"[^"]*")?\)/g)]
    .map(([, target]) => target)
    .filter((target) => !/^[a-z][a-z+.-]*:/i.test(target));
}

/** Anchors of all headings; of equal ones the later are numbered. */
export function anchorsOf(text) {
  const seen = new Map();
  const anchors = new Set();
  for (const [, heading] of withoutFences(text).matchAll(/^#{1,6}\s+(.+?)\s*#*$/gm)) {
    const anchor = anchorOf(heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').replaceAll('`', ''));
    const times = seen.get(anchor) ?? 0;
    seen.set(anchor, times + 1);
    anchors.add(times === 0 ? anchor : `${anchor}-${times}`);
  }
  return anchors;
}

function withoutCode(text) {
  return withoutFences(text).replaceAll(/(`+)[^`].*?\1/g, '');
}

function withoutFences(text) {
  return text.replaceAll(/^ {0,3}(```+|~~~+)[\s\S]*?^ {0,3}\1\s*$/gm, '');
}
