/**
 * `node scripts/tray-icons.mjs`: draws the tray's pictures, one per state, into resources/tray: the mark of the app, and a dot
 * whose colour says how the workshop fares. They are kept in the repository; run it again when the mark changes.
 */
import fs from 'node:fs';
import path from 'node:path';
import { encodePng } from './desktop/png.mjs';
import { fromRoot } from './setup/paths.mjs';

/** The mark, as in resources/icons/icon.svg: x, y, width, height and radius on a field of 64, and its colour. */
const MARK = [
  [0, 0, 64, 64, 14.5, null],
  [14, 17, 36, 7, 1.6, [255, 255, 255]],
  [28.5, 20, 7, 25, 0, [255, 255, 255]],
  [10, 41, 44, 7, 1.6, [255, 255, 255]],
];
/** The dot, and the clear ring that sets it off. */
const DOT = { x: 47, y: 47, radius: 15, ring: 19 };

/** An exclamation mark in the dot: as in MARK. */
const CALL = [
  [44.5, 36, 5, 13, 1.5],
  [44.5, 52, 5, 5, 1.5],
];

const INDIGO = [
  [94, 118, 238],
  [59, 80, 198],
];
const GREY = [
  [138, 144, 158],
  [98, 104, 120],
];
const RED = [
  [214, 62, 48],
  [160, 30, 22],
];

/** Ground from top to bottom, and the dot: shape and colour differ, so that colour does not say it alone. */
const STATES = {
  calm: { ground: INDIGO, dot: null },
  working: { ground: INDIGO, dot: [72, 199, 116] },
  needs_you: { ground: INDIGO, dot: [255, 193, 61], mark: [66, 44, 0] },
  stopped: { ground: RED, dot: null },
  trouble: { ground: GREY, dot: [226, 72, 56] },
};
const SIZES = { '': 18, '@2x': 36 };
/** Samples per pixel and direction: edges are smooth. */
const FINE = 8;

const out = fromRoot('resources/tray');
fs.mkdirSync(out, { recursive: true });
for (const [state, look] of Object.entries(STATES)) {
  for (const [suffix, size] of Object.entries(SIZES)) {
    fs.writeFileSync(
      path.join(out, `${state}${suffix}.png`),
      encodePng(size, size, draw(look, size)),
    );
  }
}

/** RGBA, row by row. */
function draw(look, size) {
  const pixels = Buffer.alloc(size * size * 4);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const sum = [0, 0, 0, 0];
      for (let i = 0; i < FINE * FINE; i++) {
        const at = (n, part) => ((n + (part + 0.5) / FINE) * 64) / size;
        const colour = colourAt(look, at(x, i % FINE), at(y, Math.floor(i / FINE)));
        if (!colour) continue;
        for (let c = 0; c < 3; c++) sum[c] += colour[c];
        sum[3] += 1;
      }
      const base = (y * size + x) * 4;
      for (let c = 0; c < 3; c++) pixels[base + c] = sum[3] === 0 ? 0 : Math.round(sum[c] / sum[3]);
      pixels[base + 3] = Math.round((sum[3] * 255) / FINE ** 2);
    }
  }
  return pixels;
}

function colourAt({ ground, dot, mark }, x, y) {
  if (dot) {
    const away = Math.hypot(x - DOT.x, y - DOT.y);
    const isCall = CALL.some(([left, top, ...size]) => isInside(x - left, y - top, ...size));
    if (mark && isCall) return mark;
    if (away <= DOT.radius) return dot;
    if (away <= DOT.ring) return null;
  }
  let colour = null;
  for (const [left, top, width, height, radius, own] of MARK) {
    if (!isInside(x - left, y - top, width, height, radius)) continue;
    colour = own ?? ground[0].map((from, c) => from + ((ground[1][c] - from) * y) / 64);
  }
  return colour;
}

/** In a rectangle with round corners that begins at 0, 0. */
function isInside(x, y, width, height, radius) {
  if (x < 0 || y < 0 || x > width || y > height) return false;
  const dx = Math.max(radius - x, x - (width - radius), 0);
  const dy = Math.max(radius - y, y - (height - radius), 0);
  return Math.hypot(dx, dy) <= radius;
}
