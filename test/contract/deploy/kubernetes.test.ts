/** The manifests are what Kubernetes takes, and say of the coordinator what it needs to be run safely. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { StatefulSet } from 'kubernetes-models/apps/v1';
import { Service } from 'kubernetes-models/v1';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';

const FOLDER = path.resolve(import.meta.dirname, '../../../deploy/kubernetes');

const Manifest = z.looseObject({
  kind: z.enum(['Service', 'StatefulSet']),
  apiVersion: z.string(),
});
const MODELS = { Service, StatefulSet };

const files = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.yaml'),
);

describe.each(files)('%s', (file) => {
  const documents = parseAllDocuments(readFileSync(path.join(FOLDER, file), 'utf8'));
  const manifests = documents.map((one) => Manifest.parse(one.toJS()));

  it('is what Kubernetes takes, field by field', () => {
    // What the types would check is what is tested.
    for (const manifest of manifests) new MODELS[manifest.kind](manifest as never).validate();
    expect(manifests.length).toBeGreaterThan(1);
  });

  it('would not pass with a value of another kind', () => {
    const set = manifests.find(({ kind }) => kind === 'StatefulSet');
    const wrong = { ...set, spec: { replicas: 'one' } };
    // The point of it is that the types forbid it.
    expect(() => new StatefulSet(wrong as never).validate()).toThrow(/spec/);
  });
});
