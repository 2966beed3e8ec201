import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addToCart, emptyCart } from '../src/cart.js';
import { checkout } from '../src/checkout.js';

const mug = { sku: 'mug', name: 'Mug', price: 1200 };
const pot = { sku: 'pot', name: 'Tea pot', price: 5400 };

test('a small order pays for shipping', () => {
  const bill = checkout(addToCart(emptyCart(), mug), { country: 'DE' });
  assert.deepEqual(bill, { goods: 1200, saved: 0, shipping: 490, total: 1690, taxIncluded: 270 });
});

test('a large order is shipped for free', () => {
  assert.equal(checkout(addToCart(emptyCart(), pot), { country: 'JP' }).shipping, 0);
});

test('the best discount of an article counts', () => {
  const discounts = [
    { sku: 'mug', percent: 10 },
    { sku: 'mug', percent: 25 },
  ];
  assert.equal(checkout(addToCart(emptyCart(), mug), { discounts, country: 'FR' }).saved, 300);
});
