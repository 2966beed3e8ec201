/** JSON Schema in a few words, for tables. */

/**
 * What a value is: `text`, `text, at most 200 characters`, `"a", "b"`, `list of [Task](#task)`. Objects are spread out in
 * `fieldsOf`, not here.
 */
export function typeOf(schema) {
  if (schema.$ref) return refText(schema.$ref);
  if (schema.const !== undefined) return literal(schema.const);
  if (schema.enum) return schema.enum.map(literal).join(', ');
  const variants = schema.anyOf ?? schema.oneOf;
  if (variants) return kindsText(variants) ?? [...new Set(variants.map(typeOf))].join(' or ');
  if (Array.isArray(schema.type)) {
    return schema.type.map((type) => typeOf({ ...schema, type })).join(' or ');
  }
  return BY_TYPE[schema.type]?.(schema) ?? 'anything';
}

const BY_TYPE = {
  string: textOf,
  integer: (schema) => `whole number${rangeOf(schema)}`,
  number: (schema) => `number${rangeOf(schema)}`,
  boolean: () => 'true or false',
  null: () => 'null',
  array: ({ items = {}, maxItems }) =>
    `list of ${typeOf(items)}${maxItems === undefined ? '' : `, at most ${maxItems}`}`,
  object: objectText,
};

/** Rows of an object's fields, inner objects with dotted names: name, is it needed, what it is, its default. */
export function fieldsOf(schema, prefix = '', depth = 0) {
  const required = new Set(schema.required ?? []);
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const row = {
      name: prefix + name,
      required: required.has(name),
      type: typeOf(field),
      default: field.default,
    };
    const { schema: inner, suffix } = innerObject(field);
    if (!inner || depth >= 3) return [row];
    return [row, ...fieldsOf(inner, `${prefix}${name}${suffix}.`, depth + 1)];
  });
}

/** The object in a field: itself, the one it may be beside `null`, or the entries of its list. */
function innerObject(field) {
  if (field.properties) return { schema: field, suffix: '' };
  if (field.items?.properties) return { schema: field.items, suffix: '[]' };
  const variants = (field.anyOf ?? field.oneOf ?? []).filter(({ properties }) => properties);
  return variants.length === 1 ? { schema: variants[0], suffix: '' } : {};
}

function objectText(schema) {
  if (schema.properties) {
    const kind = kindOf(schema);
    return kind ? `object (\`${kind.key}\`: ${literal(kind.value)})` : 'object';
  }
  const { additionalProperties } = schema;
  return typeof additionalProperties === 'object'
    ? `object of ${typeOf(additionalProperties)}`
    : 'object';
}

/** Objects that one field tells apart. */
function kindsText(variants) {
  const kinds = variants.map(kindOf);
  const [first] = kinds;
  if (!first || kinds.some((kind) => kind?.key !== first.key)) return undefined;
  return `object whose \`${first.key}\` is one of ${kinds.map(({ value }) => literal(value)).join(', ')}`;
}

function kindOf({ properties = {} }) {
  const found = Object.entries(properties).find(([, { const: value }]) => value !== undefined);
  return found && { key: found[0], value: found[1].const };
}

function textOf({ minLength, maxLength, pattern }) {
  const example = pattern && EXAMPLE_OF_PATTERN.find(([start]) => pattern.startsWith(start));
  if (example) return `text like ${literal(example[1])}`;
  const bounds = [
    ...(minLength >= 1 ? ['not empty'] : []),
    ...(maxLength === undefined ? [] : [`at most ${maxLength} characters`]),
  ];
  return ['text', ...bounds].join(', ');
}

/** What an id looks like, by how its pattern starts; the longer ones first. */
export const EXAMPLE_OF_PATTERN = [
  ['^task-[1-9][0-9]{0,14}\\.', 'task-12.2'],
  ['^task-[1-9]', 'task-12'],
  ['^recurring-', 'recurring-3'],
  ['^workflow-', 'workflow-2'],
];

function rangeOf({ minimum, maximum }) {
  const isSafe = (bound) => bound !== undefined && Math.abs(bound) < Number.MAX_SAFE_INTEGER;
  if (isSafe(minimum) && isSafe(maximum)) return ` from ${minimum} to ${maximum}`;
  if (isSafe(minimum)) return `, at least ${minimum}`;
  return isSafe(maximum) ? `, at most ${maximum}` : '';
}

function refText(target) {
  const name = target.split('/').at(-1);
  return `[${name}](#${name.toLowerCase().replaceAll('.', '')})`;
}

function literal(value) {
  return `\`${JSON.stringify(value)}\``;
}
