import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addToCart, emptyCart, removeFromCart, subtotal } from '../src/cart.js';

const mug = { sku: 'mug', name: 'Mug', price: 1200 };
const tea = { sku: 'tea', name: 'Green tea', price: 850 };

test('the same article is one line', () => {
  const cart = addToCart(addToCart(emptyCart(), mug), mug, 2);
  assert.deepEqual(cart.lines, [{ article: mug, quantity: 3 }]);
});

test('an article can be taken out again', () => {
  const cart = removeFromCart(addToCart(addToCart(emptyCart(), mug), tea), 'mug');
  assert.equal(subtotal(cart), 850);
});

test('half a mug cannot be sold', () => {
  assert.throws(() => addToCart(emptyCart(), mug, 0.5), RangeError);
});
