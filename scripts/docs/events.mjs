/** docs/reference/events.md: every event of the log with what it holds, read from the schema. */
import { code, GENERATED, table } from './markdown.mjs';
import { fieldsOf } from './schema-text.mjs';

const HEAD = `${GENERATED}

# Events

What happened, in the order in which it happened: the log of a workshop. \`GET /api/v1/events?after=SEQ\` reads it, \`/ws\` sends it as it grows
(open with \`{"type": "subscribe", "after": SEQ}\`), and *Audit* shows it. Events only ever gain fields that may be missing; a program passes over
what it does not know. Types in capitals are those of [the API](api.md#what-answers-are-made-of).

Every entry of the log has:`;

export function eventsPage({ components }) {
  const stored = components.schemas.StoredEvent;
  const { event, ...around } = stored.properties;
  const kinds = (event.oneOf ?? event.anyOf).toSorted((a, b) =>
    typeName(a) < typeName(b) ? -1 : 1,
  );
  const groups = Map.groupBy(kinds, (kind) => typeName(kind).split('.')[0]);
  return [
    HEAD,
    fieldTable({ ...stored, properties: around }),
    'and `event`, which is one of these.',
    ...[...groups].flatMap(([group, those]) => [`## ${group}`, ...those.map(section)]),
    '',
  ].join('\n\n');
}

function typeName(kind) {
  return kind.properties.type.const;
}

function section(kind) {
  const { type: _, ...properties } = kind.properties;
  const heading = `### ${typeName(kind)}`;
  if (Object.keys(properties).length === 0) return `${heading}\n\nNothing besides.`;
  return `${heading}\n\n${fieldTable({ ...kind, properties })}`;
}

function fieldTable(schema) {
  return table(
    ['field', 'value', 'always there'],
    fieldsOf(schema).map(({ name, type, required }) => [
      code(name),
      type.replaceAll(/\]\(#(\w+)\)/g, '](api.md#$1)'),
      required ? 'yes' : 'no',
    ]),
  );
}
