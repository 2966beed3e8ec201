/**
 * The workshop's own small authority, `<data>/ca`: its key signs what agents and coordinator show each other. Made when it
 * is first needed. `ca.pem` may be seen by all; `ca.key` is all that it takes to become an agent of this workshop.
 *
 * Clocks may be wrong. An agent's certificate is judged by the clock that signed it, the coordinator's; the coordinator's
 * own, and that of the authority, which agents judge by theirs, count from a year before they were made.
 */
import { X509Certificate as NodeCertificate } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Clock } from '../../../../shared/clock.ts';
import type { AgentId } from '../../../../shared/ids.ts';
import { COORDINATOR_NAME, type Signed } from '../../../../shared/protocol/enrol.ts';
import { fail, ok, type Result } from '../../../../shared/result.ts';
import { writeDurably } from '../../db/durable.ts';
import {
  certifyAgent,
  certifyAuthority,
  certifyServer,
  keysFromPem,
  keyToPem,
  makeKeys,
  readAuthority,
  readRequest,
  sha256,
  type ServerNames,
  type Signer,
} from './certificates.ts';
import type { KeyKeeper } from './key-keeper.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const YEAR_MS = 365 * DAY_MS;

const AUTHORITY_MS = 10 * YEAR_MS;
/** Not longer than 825 days in all, which is the most that macOS takes. */
const SERVER_MS = YEAR_MS;
/** Agents renew after half of it. */
export const AGENT_MS = DAY_MS;
/** What clocks may differ by, one being set after the other. */
const SLACK_MS = YEAR_MS;
const AGENT_SLACK_MS = HOUR_MS;

export interface ServerIdentity {
  /** PEM; lives in memory only. */
  readonly key: string;
  /** PEM: the certificate, and the authority's after it. */
  readonly certificate: string;
}

export interface Authority {
  /** Its certificate, PEM. */
  readonly pem: string;
  /** SHA-256 of its public key (DER, SubjectPublicKeyInfo), base64url: by this an invited PC knows it. */
  readonly fingerprint: string;
  /** SHA-256 of the public key of a signing request (DER, hexadecimal digits), which is signed with it; the error is a sentence. */
  keyHash(request: string): Promise<Result<string, string>>;
  /** A certificate for the key of a signing request; the error is a sentence. */
  sign(request: string, agentId: AgentId): Promise<Result<Signed, string>>;
  /** A key and certificate for the coordinator at these names and addresses, besides the fixed name. */
  serve(at: ServerNames): Promise<ServerIdentity>;
}

export interface AuthorityDeps {
  /** `<data>/ca` */
  readonly dir: string;
  readonly keeper: KeyKeeper;
  readonly clock: Clock;
}

/** Reads the authority, or makes it when there is none. The error is a sentence; @throws when the disk fails */
export async function openAuthority(deps: AuthorityDeps): Promise<Result<Authority, string>> {
  const { dir, keeper } = deps;
  const file = path.join(dir, 'ca.pem');
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const kept = await keeper.open();
  if (!kept.ok) return kept;
  if (kept.value !== null) {
    const signer = existsSync(file)
      ? await readSigner(file, kept.value)
      : await makeSigner(deps, kept.value);
    return signer.ok ? ok(authority(signer.value, deps)) : signer;
  }
  if (existsSync(file)) {
    return fail(
      `the key that belongs to ${file} is gone. Restore it from a backup of ${dir}; or remove that folder, and add all agents of other PCs anew`,
    );
  }
  const made = await keyToPem((await makeKeys()).privateKey);
  // The key first: with a key alone the rest can be made again.
  await keeper.seal(made);
  const signer = await makeSigner(deps, made);
  return signer.ok ? ok(authority(signer.value, deps)) : signer;
}

async function makeSigner(
  { dir, clock }: AuthorityDeps,
  pem: string,
): Promise<Result<Signer, string>> {
  const keys = await keysFromPem(pem).catch(() => null);
  if (!keys) return fail(damaged(path.join(dir, 'ca.key')));
  const now = clock.now();
  const mark = sha256(Buffer.from(pem)).slice(0, 8);
  const validity = { from: now - SLACK_MS, to: now + AUTHORITY_MS };
  const certificate = await certifyAuthority(`Koubou workshop ${mark}`, keys, validity);
  writeDurably(path.join(dir, 'ca.pem'), `${certificate.toString('pem')}\n`, 0o644);
  return ok({ key: keys.privateKey, certificate });
}

async function readSigner(file: string, pem: string): Promise<Result<Signer, string>> {
  const text = readFileSync(file, 'utf8');
  try {
    const { privateKey, publicKey } = await keysFromPem(pem);
    const certificate = await readAuthority(text, publicKey);
    return certificate ? ok({ key: privateKey, certificate }) : fail(damaged(file));
  } catch {
    // Neither says more than that it could not be read.
    return fail(damaged(file));
  }
}

function damaged(file: string): string {
  return `${path.dirname(file)} is damaged: its key and its certificate do not belong together. Restore both from a backup; or remove that folder, and add all agents of other PCs anew`;
}

function authority(signer: Signer, { clock }: AuthorityDeps): Authority {
  const pem = `${signer.certificate.toString('pem')}\n`;
  const spki = new NodeCertificate(pem).publicKey.export({ type: 'spki', format: 'der' });
  const end = signer.certificate.notAfter.getTime();
  return {
    pem,
    fingerprint: Buffer.from(sha256(spki), 'hex').toString('base64url'),
    async keyHash(request) {
      const asked = await readRequest(request);
      return asked.ok ? ok(asked.value.hash) : asked;
    },
    async sign(request, agentId) {
      const asked = await readRequest(request);
      if (!asked.ok) return asked;
      const now = clock.now();
      const validity = { from: now - AGENT_SLACK_MS, to: now + AGENT_MS };
      const certificate = await certifyAgent(signer, agentId, asked.value.key, validity);
      return ok({ certificate, authority: pem });
    },
    async serve(at) {
      const { privateKey, publicKey } = await makeKeys();
      const now = clock.now();
      const certificate = await certifyServer(signer, COORDINATOR_NAME, publicKey, {
        validity: { from: now - SLACK_MS, to: Math.min(now + SERVER_MS, end) },
        names: [COORDINATOR_NAME, ...at.names.filter((name) => name !== COORDINATOR_NAME)],
        addresses: at.addresses,
      });
      return { key: await keyToPem(privateKey), certificate: `${certificate}${pem}` };
    },
  };
}
