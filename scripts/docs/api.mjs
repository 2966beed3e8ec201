/** docs/reference/api.md: every operation of the API, read from the same document as `/openapi.json`. */
import { OPERATIONS } from '../../src/shared/contract.ts';
import { certainRefusals } from '../../src/main/coordinator/api/openapi.ts';
import { requestOf } from './api-example.mjs';
import { REFUSALS, WRITING } from './refusals.mjs';
import { anchorOf, code, GENERATED, sentence, table } from './markdown.mjs';
import { fieldsOf, typeOf } from './schema-text.mjs';

const HEAD = `${GENERATED}

# HTTP API

Everything that the window and the command line do is done through this API. The running coordinator serves it as OpenAPI 3.1 at
\`/openapi.json\`, from which programs make clients.

- **Where**: \`http://127.0.0.1:8080\` on the coordinator's PC (\`koubou serve --port\`); nothing else can reach that address. The desktop app takes a free port:
  it stands in \`serve.json\` of the data folder. From other PCs: \`https://COORDINATOR:8443\`, once it is open ([agents.md](../agents.md#ports-and-addresses)).
- **Who**: \`Authorization: Bearer TOKEN\`, with the token in \`token\` of the data folder, or one of \`koubou token create\`. \`/health\` and \`/ready\` need none.
- **What**: fields of the path, and a JSON body (POST, PUT) or a query (GET, DELETE). An unknown field is refused, never ignored.
- **Lists** take \`limit\` (at most 500) and what the answer before gave as next: \`cursor\`, \`after\` or \`before\`.
- **Once**: a POST with an \`Idempotency-Key\` is carried out once; the same key gives the same answer, for a day.
- **Refusals** are \`{"error": {"code", "message", "details"}}\` with the status of the code; [errors.md](../errors.md#refusals) says of each what it means and what to do. Each operation names its own;
  one that changes something may also answer ${WRITING.map(code).join(', ')}, and any \`internal\`. Be ready for codes that you do not know.
- **Live**: a WebSocket at \`/ws\` sends [events](events.md) after a sequence number. Each answer says with \`x-koubou-seq\` how far the log is.

\`\`\`sh
TOKEN=$(cat ~/.local/share/koubou/token)
curl -sS http://127.0.0.1:8080/health
curl -sS -H "Authorization: Bearer $TOKEN" "http://127.0.0.1:8080/api/v1/tasks?state=review"
curl -sS -H "Authorization: Bearer $TOKEN" http://127.0.0.1:8080/openapi.json -o openapi.json
\`\`\`

Each operation needs a right: \`read\` looks, \`operate\` changes tasks, \`admin\` changes agents, accounts and the queue. A *viewer* has the first, an *operator* the first two, an *admin* all.`;

export function apiPage(document) {
  const described = Object.values(document.paths)
    .flatMap(Object.values)
    .filter(({ operationId }) => operationId in OPERATIONS);
  const byName = new Map(described.map((one) => [one.operationId, one]));
  const groups = Map.groupBy(Object.keys(OPERATIONS), (name) => name.split('.')[0]);
  return [
    HEAD,
    '## All operations',
    overview(),
    ...[...groups].flatMap(([group, names]) => [
      `## ${group}`,
      ...names.map((name) => section(name, byName.get(name))),
    ]),
    '## What answers are made of',
    ...Object.entries(document.components.schemas).map(component),
    '',
  ].join('\n\n');
}

function overview() {
  return table(
    ['operation', 'request', 'right', 'what it does'],
    Object.entries(OPERATIONS).map(([name, { method, path, permission, summary }]) => [
      `[${name}](#${anchorOf(name)})`,
      code(`${method} ${path}`),
      permission,
      summary,
    ]),
  );
}

function section(name, described) {
  const operation = OPERATIONS[name];
  const { method, path, permission, status } = operation;
  const inputs = inputRows(described);
  const [type, { schema }] = Object.entries(described.responses[status].content)[0];
  return [
    `### ${name}`,
    `${code(`${method} ${path}`)} · ${permission}`,
    sentence(described.summary),
    ...(inputs.length > 0 ? [table(['field', 'where', 'value', 'needed', 'default'], inputs)] : []),
    ['```http', requestOf(name), '```'].join('\n'),
    `Answer: ${status}, ${answerText(type, schema)}`,
    ...(type === 'application/json' && schema.properties ? [outputTable(schema)] : []),
    `Refusals: ${[...certainRefusals(operation), ...(REFUSALS[name] ?? [])].map(code).join(', ')}.`,
  ].join('\n\n');
}

function answerText(type, schema) {
  if (type !== 'application/json') return `${code(type)}.`;
  return schema.properties ? 'an object:' : `${typeOf(schema)}.`;
}

function inputRows({ parameters = [], requestBody }) {
  const named = parameters.filter(({ name }) => name !== undefined);
  const body = requestBody?.content['application/json'].schema;
  return [
    ...named.map((parameter) => [
      code(parameter.name),
      parameter.in,
      typeOf(parameter.schema),
      parameter.required ? 'yes' : '',
      defaultText(parameter.schema.default),
    ]),
    ...(body ? fieldsOf(body) : []).map((field) => [
      code(field.name),
      'body',
      field.type,
      field.required ? 'yes' : '',
      defaultText(field.default),
    ]),
  ];
}

function defaultText(value) {
  return value === undefined ? '' : code(JSON.stringify(value));
}

function outputTable(schema) {
  return table(
    ['field', 'value', 'always there'],
    fieldsOf(schema).map(({ name, type, required }) => [code(name), type, required ? '' : 'no']),
  );
}

function component([name, schema]) {
  if (name === 'StoredEvent')
    return '### StoredEvent\n\nAn entry of the log: [events.md](events.md).';
  const heading = `### ${name}`;
  return `${heading}\n\n${schema.properties ? outputTable(schema) : sentence(typeOf(schema))}`;
}
