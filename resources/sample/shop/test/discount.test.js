import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addToCart, emptyCart } from '../src/cart.js';
import { savings } from '../src/discount.js';

const mug = { sku: 'mug', name: 'Mug', price: 1200 };

test('an article without a discount costs what it costs', () => {
  assert.equal(savings(addToCart(emptyCart(), mug), [{ sku: 'pot', percent: 50 }]), 0);
});

test('a discount counts for every piece', () => {
  const cart = addToCart(emptyCart(), mug, 3);
  assert.equal(savings(cart, [{ sku: 'mug', percent: 25 }]), 900);
});
