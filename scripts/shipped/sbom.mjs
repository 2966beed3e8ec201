/**
 * The bill of materials of a package: what is shipped in it, in the form of CycloneDX 1.6. The same package has the same one: no
 * time and no chance is in it.
 */
import crypto from 'node:crypto';

/** What a part is, where it is no library. */
const KINDS = { 'Node.js': 'platform', Electron: 'framework' };

/**
 * @param about `name` and `version` of what is shipped; `executables` in it, each with `platform`, `sha256` and the ids of its
 *   `parts`; `parts` of it all
 */
export function sbomOf({ name, version, executables, parts }) {
  const root = `${name}@${version}`;
  const known = new Set(parts.map(({ id }) => id));
  const inExecutables = new Set(executables.flatMap((one) => one.parts));
  const direct = parts.filter(({ id }) => !inExecutables.has(id)).map(({ id }) => id);
  const bill = {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      component: { type: 'application', 'bom-ref': root, name, version, licenses: licences('MIT') },
    },
    components: [
      ...executables.map((one) => executable(one, version)),
      ...parts.map((part) => component(part)),
    ],
    dependencies: [
      { ref: root, dependsOn: [...executables.map(refOf), ...direct] },
      ...executables.map((one) => ({ ref: refOf(one), dependsOn: one.parts })),
      ...parts.map(({ id, needs }) => ({
        ref: id,
        dependsOn: [...new Set(needs)].filter((need) => known.has(need)),
      })),
    ],
  };
  const { bomFormat, specVersion, ...rest } = bill;
  return { bomFormat, specVersion, serialNumber: serialOf(bill), ...rest };
}

const refOf = ({ platform }) => `koubou-executable-${platform}`;

function executable(one, version) {
  return {
    type: 'application',
    'bom-ref': refOf(one),
    name: `koubou (executable for ${one.platform})`,
    version,
    hashes: [{ alg: 'SHA-256', content: one.sha256 }],
    licenses: licences('MIT'),
  };
}

function component({ id, name, version, licence, purl, cpe, sha512, note }) {
  return {
    type: KINDS[name] ?? 'library',
    'bom-ref': id,
    name,
    version,
    ...(note && { description: note }),
    licenses: licences(licence),
    ...(cpe && { cpe }),
    ...(purl && { purl }),
    ...(sha512 && {
      externalReferences: [
        {
          type: 'distribution',
          url: `https://www.npmjs.com/package/${name}/v/${version}`,
          hashes: [{ alg: 'SHA-512', content: sha512 }],
        },
      ],
    }),
  };
}

function licences(expression) {
  return / (?:OR|AND) /.test(expression) ? [{ expression }] : [{ license: { id: expression } }];
}

/** A name from the content, in the form of a UUID (version 8). */
function serialOf(bill) {
  const hash = crypto.createHash('sha256').update(JSON.stringify(bill)).digest('hex');
  const parts = [
    hash.slice(0, 8),
    hash.slice(8, 12),
    `8${hash.slice(13, 16)}`,
    `8${hash.slice(17, 20)}`,
    hash.slice(20, 32),
  ];
  return `urn:uuid:${parts.join('-')}`;
}
