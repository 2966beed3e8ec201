import assert from 'node:assert/strict';
import { test } from 'node:test';
import { format, percentOf } from '../src/money.js';

test('a share is rounded to a whole cent', () => {
  assert.equal(percentOf(1999, 10), 200);
  assert.equal(percentOf(5, 50), 3);
});

test('amounts are written with two digits', () => {
  assert.equal(format(1234), '12.34 €');
  assert.equal(format(5), '0.05 €');
  assert.equal(format(-250), '-2.50 €');
});
