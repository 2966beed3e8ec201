/** The manifests are what Kubernetes takes, and say of the coordinator what it needs to be run safely. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { StatefulSet } from 'kubernetes-models/apps/v1';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1';
import { Service } from 'kubernetes-models/v1';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { parseQueueAddress } from '../../../src/shared/queue-address.ts';

const FOLDER = path.resolve(import.meta.dirname, '../../../deploy/kubernetes');

const Manifest = z.looseObject({
  kind: z.enum(['PodDisruptionBudget', 'Service', 'StatefulSet']),
  apiVersion: z.string(),
});
const MODELS = { PodDisruptionBudget, Service, StatefulSet };

const Shared = z.looseObject({
  spec: z.looseObject({
    replicas: z.int(),
    updateStrategy: z.looseObject({ type: z.string() }),
    volumeClaimTemplates: z.array(z.unknown()),
    template: z.looseObject({
      spec: z.looseObject({
        containers: z.tuple([z.looseObject({ args: z.array(z.string()), env: z.unknown() })]),
      }),
    }),
  }),
});

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

describe('several coordinators on one Redis', () => {
  const text = readFileSync(path.join(FOLDER, 'shared/koubou.yaml'), 'utf8');
  const manifests = parseAllDocuments(text).map((one) => one.toJS() as unknown);
  const set = Shared.parse(manifests.find((one) => Manifest.parse(one).kind === 'StatefulSet'));

  it('have a name of the pod, a volume each, and an address each for their agents', () => {
    const { replicas, volumeClaimTemplates, template } = set.spec;
    const { args, env } = template.spec.containers[0];
    expect(args.join(' ')).toContain('--site $(SITE)');
    expect(env).toEqual([
      { name: 'SITE', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
    ]);
    expect(volumeClaimTemplates).toHaveLength(1);
    for (let n = 0; n < replicas; n += 1)
      expect(text).toContain(`statefulset.kubernetes.io/pod-name: koubou-${n} }`);
    expect(text).not.toContain(`pod-name: koubou-${replicas} }`);
    const address = args[args.indexOf('--queue') + 1] ?? '';
    expect(parseQueueAddress(address)).toMatchObject({ ok: true, value: { password: null } });
  });

  it('are ended one at a time', () => {
    const budget = manifests.find((one) => Manifest.parse(one).kind === 'PodDisruptionBudget');
    expect(budget).toMatchObject({ spec: { maxUnavailable: 1 } });
    expect(set.spec.updateStrategy.type).toBe('RollingUpdate');
  });
});
