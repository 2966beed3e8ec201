/**
 * One request per operation, made of its schema: what is needed and nothing else, with values that look like real ones. Where the
 * schema does not tell enough, `BY_HAND` does; `docs.test.mjs` holds that each is taken.
 */
import { z } from 'zod';
import { OPERATIONS } from '../../src/shared/contract.ts';
import { EXAMPLE_OF_PATTERN } from './schema-text.mjs';

/** Inputs that say more than the least. */
const BY_HAND = {
  'tasks.list': { state: 'review', limit: 20 },
  'tasks.create': {
    repo: 'https://github.com/acme/shop.git',
    title: 'Totals ignore the discount',
    body: 'A cart of 100 with 10 % off should come to 90.',
    priority: 'high',
  },
  'tasks.update': { id: 'task-12', priority: 'urgent' },
  'tasks.lines': { id: 'task-12', commit: 'c'.repeat(40), path: 'src/total.js', from: 1 },
  'provisionings.answer': { id: 'provisioning-3', n: 1, answers: ['yes'] },
  'github.device_status': { id: '8d3a1f6c-2b0e-4c55-9d0f-6a1e3b7c2f10' },
  'github.sign_in': { order: { with: 'gh' } },
  'tasks.send_back': { id: 'task-12', comment: 'Please round half up.' },
};

const BY_NAME = {
  repo: 'https://github.com/acme/shop.git',
  title: 'Totals ignore the discount',
  url: 'https://koubou.example.com/webhooks/github',
  host: 'dev@10.0.0.12',
};

/** Of operations whose ids look like no others. */
const ID_OF_GROUP = {
  access: 'access-0123456789ab',
  accounts: 'acct-k3m9x2ab',
  agents: 'agent-atelier',
  consoles: 'console-0123456789ab',
  github: 'gh-7f3k9m2q',
  provisionings: 'provisioning-3',
};

/** @returns {Record<string, unknown>} */
export function inputOf(name) {
  const given = BY_HAND[name];
  if (given) return given;
  return valueOf(z.toJSONSchema(OPERATIONS[name].input, { io: 'input' }), '', name);
}

/** The request as it goes over the wire, without the headers that all have. */
export function requestOf(name) {
  const { method, path } = OPERATIONS[name];
  const rest = { ...inputOf(name) };
  const target = path.replaceAll(/\{(\w+)\}/g, (_, key) => {
    const value = rest[key];
    delete rest[key];
    return encodeURIComponent(value);
  });
  if (method === 'GET' || method === 'DELETE') {
    const query = new URLSearchParams(rest).toString();
    return `${method} ${target}${query === '' ? '' : `?${query}`}`;
  }
  if (Object.keys(rest).length === 0) return `${method} ${target}`;
  return `${method} ${target}\nContent-Type: application/json\n\n${JSON.stringify(rest, null, 2)}`;
}

function valueOf(schema, key, name) {
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[0];
  const variants = schema.anyOf ?? schema.oneOf;
  if (variants) return valueOf(variants[0], key, name);
  switch (Array.isArray(schema.type) ? schema.type[0] : schema.type) {
    case 'object':
      return Object.fromEntries(
        Object.entries(schema.properties ?? {})
          .filter(([field]) => schema.required?.includes(field))
          .map(([field, inner]) => [field, valueOf(inner, field, name)]),
      );
    case 'array':
      return [valueOf(schema.items, key, name)];
    case 'integer':
    case 'number':
      return Math.max(schema.minimum ?? 1, 1);
    case 'boolean':
      return true;
    default:
      return textFor(schema, key, name);
  }
}

function textFor({ pattern }, key, name) {
  const known = pattern && EXAMPLE_OF_PATTERN.find(([start]) => pattern.startsWith(start));
  if (known) return known[1];
  const id = key === 'id' ? ID_OF_GROUP[name.split('.')[0]] : undefined;
  return id ?? BY_NAME[key] ?? key;
}
