/** The project's own lint rule, loaded by .oxlintrc.json. */
import path from 'node:path';
import { refusal } from './boundaries.mjs';

const ROOT = path.resolve(import.meta.dirname, '../..');

const boundaries = {
  meta: { type: 'problem', docs: { description: 'Imports follow the arrows of ARCHITECTURE.md' } },
  create(context) {
    const file = path.relative(ROOT, context.filename).replaceAll('\\', '/');
    const check = (node, source) => {
      const why = typeof source?.value === 'string' ? refusal(file, source.value) : undefined;
      if (why) context.report({ node: source, message: why });
    };
    return {
      ImportDeclaration: (node) => check(node, node.source),
      ExportNamedDeclaration: (node) => check(node, node.source),
      ExportAllDeclaration: (node) => check(node, node.source),
      ImportExpression: (node) => check(node, node.source),
      'CallExpression[callee.name="require"]': (node) => check(node, node.arguments[0]),
      TSImportType: (node) => check(node, node.source ?? node.argument),
    };
  },
};

export default { meta: { name: 'koubou' }, rules: { boundaries } };
