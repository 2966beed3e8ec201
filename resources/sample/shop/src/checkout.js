import { subtotal } from './cart.js';
import { savings } from './discount.js';
import { percentOf } from './money.js';

const VAT_PERCENT = { DE: 19, FR: 20, JP: 10 };
const SHIPPING = 490;
const FREE_SHIPPING_FROM = 5000;

/** The bill of a cart, in cents. Tax is part of the total and shown for information. */
export function checkout(cart, { discounts = [], country }) {
  const vat = VAT_PERCENT[country];
  if (vat === undefined) throw new RangeError(`we do not sell to ${country} yet`);
  const goods = subtotal(cart);
  const saved = savings(cart, discounts);
  const shipping = goods - saved >= FREE_SHIPPING_FROM || goods === 0 ? 0 : SHIPPING;
  const total = goods - saved + shipping;
  return { goods, saved, shipping, total, taxIncluded: percentOf(total, (vat / (100 + vat)) * 100) };
}
