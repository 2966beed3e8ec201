/** A cart is a list of lines: an article and how many of it. Carts are never changed, only made anew. */

export function emptyCart() {
  return { lines: [] };
}

export function addToCart(cart, article, quantity = 1) {
  if (!Number.isInteger(quantity) || quantity < 1) {
    throw new RangeError(`quantity must be a whole number above 0, not ${quantity}`);
  }
  const known = cart.lines.some((line) => line.article.sku === article.sku);
  if (!known) return { lines: [...cart.lines, { article, quantity }] };
  return {
    lines: cart.lines.map((line) =>
      line.article.sku === article.sku ? { ...line, quantity: line.quantity + quantity } : line,
    ),
  };
}

export function removeFromCart(cart, sku) {
  return { lines: cart.lines.filter((line) => line.article.sku !== sku) };
}

export function subtotal(cart) {
  return cart.lines.reduce((sum, { article, quantity }) => sum + article.price * quantity, 0);
}
