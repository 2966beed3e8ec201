import { percentOf } from './money.js';

/**
 * What the customer saves on a cart.
 * @param discounts a list of `{ sku, percent }`; the best one counts for each article
 */
export function savings(cart, discounts) {
  return cart.lines.reduce((sum, line) => sum + savedOnLine(line, discounts), 0);
}

function savedOnLine({ article, quantity }, discounts) {
  const best = Math.max(0, ...discounts.filter(({ sku }) => sku === article.sku).map(({ percent }) => percent));
  return percentOf(article.price, best);
}
