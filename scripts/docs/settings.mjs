/** docs/reference/settings.md: every setting of `config.yaml`, read from its schema and the words of the settings screen. */
import { z } from 'zod';
import { enSettings } from '../../src/renderer/i18n/en-settings.ts';
import {
  pathOfSetting,
  settingOf,
  Settings,
  SETTINGS,
  SETTING_SECTIONS,
} from '../../src/shared/settings.ts';
import { code, GENERATED, table } from './markdown.mjs';
import { typeOf } from './schema-text.mjs';

const HEAD = `${GENERATED}

# Settings

\`config.yaml\` in the data folder, the screen *Settings*, and \`PUT /api/v1/settings\` are the same. A file need not have all of them: what is left
out has its default. A mistake is told with its line, and the coordinator goes on with what it had. No secret is in it.

\`\`\`yaml
workshop: { name: Atelier }
agents: { count: 1 }
limits:
  engineMs: 7200000 # times in milliseconds, sizes in bytes
backups: { every: 6, keep: 7 }
\`\`\`

Where \`lan\` is left out as a whole, the door opens when it is needed. *When* says when a change takes hold: \`now\`, with the next \`attempt\`, or with a \`restart\` of the coordinator.`;

const RULES = `## A list

\`github.rules\` makes tasks of issues by itself; see [github.md](../github.md). Each entry:`;

export function settingsPage() {
  const schema = z.toJSONSchema(Settings, { io: 'input' });
  const groups = schema.properties;
  const sections = SETTING_SECTIONS.map((section) => {
    const keys = Object.keys(SETTINGS).filter((key) => SETTINGS[key].section === section);
    return [
      `## ${enSettings.sections[section]}`,
      table(
        ['setting', 'meaning', 'value', 'default', 'when'],
        keys.map((key) => row(key, groups)),
      ),
    ].join('\n\n');
  });
  const rules = objectIn(groups.github).properties.rules.items;
  return [HEAD, ...sections, RULES, rulesTable(rules), ''].join('\n\n');
}

function row(key, groups) {
  const { takes, kind } = SETTINGS[key];
  const [group, name] = pathOfSetting(key);
  const schema = objectIn(groups[group]).properties[name];
  const { label, hint, empty } = enSettings.items[key];
  const byDefault = schema.default ?? settingOf(Settings.parse({}), key);
  return [
    code(key),
    `**${label}.** ${hint}`,
    typeOf(schema),
    byDefault === null
      ? (empty ?? 'none')
      : `${code(JSON.stringify(byDefault))}${shown(kind, byDefault)}`,
    takes,
  ];
}

const READABLE = {
  seconds: (value) => ` (${value / 1000} s)`,
  minutes: (value) => ` (${value / 60_000} min)`,
  megabytes: (value) => ` (${value / 1024 / 1024} MiB)`,
};

function shown(kind, value) {
  return READABLE[kind]?.(value) ?? '';
}

/** The object where `null` is allowed as well. */
function objectIn(schema) {
  return schema.properties ? schema : schema.anyOf.find(({ properties }) => properties);
}

function rulesTable(rule) {
  const kinds = rule.anyOf ?? rule.oneOf ?? [rule];
  const fields = new Map(kinds.flatMap((kind) => Object.entries(kind.properties)));
  return table(
    ['field', 'value'],
    [...fields].map(([name, schema]) => [code(name), typeOf(schema)]),
  );
}
