/**
 * The keys a hop may be offered, in OpenSSH's order: those of the agent that the config names, the other keys of the
 * agent, then key files. Each signs only when the host said it takes it, and only then is a passphrase asked for.
 */
import { callbackify } from 'node:util';
import ssh2, {
  type BaseAgent,
  type ParsedKey,
  type PublicKeyEntry,
  type SignCallback,
  type SigningRequestOptions,
} from 'ssh2';
import { accountOf, type Ask, type RunMemory, type SshQuestion } from './ask.ts';
import { messageOf } from './errors.ts';
import { readKeyFile, type KeyFile } from './private-key.ts';
import type { Hop } from './route.ts';

export interface OfferedKey {
  /** For the report: a file, or the agent's comment. */
  readonly label: string;
  readonly agent: BaseAgent;
  /** The host took the key and got a signature. */
  signed(): boolean;
}

export interface KeysToOffer {
  readonly keys: readonly OfferedKey[];
  /** Sentences about keys that were left out. */
  readonly notes: readonly string[];
  /** Some key can be used by the system's ssh alone. */
  readonly foreign: boolean;
}

export interface KeyDeps {
  readonly hop: Hop;
  readonly ask: Ask;
  readonly memory: RunMemory;
  readonly signal: AbortSignal;
}

export async function keysToOffer(deps: KeyDeps): Promise<KeysToOffer> {
  const files: KeyFile[] = [];
  const notes: string[] = [];
  let foreign = false;
  for (const file of deps.hop.identityFiles) {
    const found = await readKeyFile(file);
    if (found === null) continue;
    if ('why' in found) {
      notes.push(`${file} ${found.why}`);
      foreign ||= found.why.includes('system ssh');
    } else files.push(found);
  }
  const inAgent = await agentKeys(deps.hop.agent, notes);
  const blobs = new Set(files.map((file) => blobOf(file.publicKey)));
  const named = inAgent.filter((key) => blobs.has(blobOf(key.key)));
  const others = inAgent.filter((key) => !blobs.has(blobOf(key.key)));
  const fromAgent = [...named, ...(deps.hop.identitiesOnly ? [] : others)];
  const held = new Set(fromAgent.map((key) => blobOf(key.key)));
  const fromFiles = files.filter(
    (file) => file.publicKey === null || !held.has(blobOf(file.publicKey)),
  );
  return {
    keys: [...fromAgent.map(offerAgentKey), ...fromFiles.map((file) => offerFile(file, deps))],
    notes,
    foreign,
  };
}

interface AgentKey {
  readonly key: ParsedKey;
  readonly agent: BaseAgent;
}

async function agentKeys(socket: string | null, notes: string[]): Promise<AgentKey[]> {
  if (socket === null) return [];
  const agent = ssh2.createAgent(socket);
  return await new Promise((resolve) => {
    agent.getIdentities((error, keys) => {
      if (error) notes.push(`the ssh-agent at ${socket} does not answer (${error.message})`);
      resolve((keys ?? []).flatMap((key) => parsedOf(key)).map((key) => ({ key, agent })));
    });
  });
}

/** The types allow more forms than OpenSSH's agent gives. */
function parsedOf(key: string | Buffer | ParsedKey | PublicKeyEntry): ParsedKey[] {
  const inner = typeof key === 'object' && 'pubKey' in key ? key.pubKey : key;
  if (typeof inner === 'object' && 'pubKey' in inner) return [];
  const parsed = ssh2.utils.parseKey(inner);
  return parsed instanceof Error ? [] : [parsed];
}

function blobOf(key: ParsedKey | null): string {
  return key === null ? '' : key.getPublicSSH().toString('base64');
}

function offerAgentKey({ key, agent }: AgentKey): OfferedKey {
  const label = `${key.comment === '' ? key.type : key.comment} (ssh-agent)`;
  return oneKey(label, key, async (data, hash) => {
    return await new Promise((resolve, reject) => {
      agent.sign(key, data, hash, (error, signature) => {
        if (signature) resolve(signature);
        else reject(error ?? new Error('the ssh-agent did not sign'));
      });
    });
  });
}

/** A key whose public part cannot be told has to be opened before it is offered. */
function offerFile(file: KeyFile, deps: KeyDeps): OfferedKey {
  return oneKey(file.file, file.publicKey ?? (() => open(file, deps)), async (data, hash) => {
    const key = await open(file, deps);
    const signature: unknown = key.sign(data, hash.hash);
    // The types leave out that a failed signature comes back as an error.
    if (signature instanceof Error) throw signature;
    if (!Buffer.isBuffer(signature)) throw new Error('no signature');
    return signature;
  });
}

async function open(file: KeyFile, { hop, ask, memory, signal }: KeyDeps): Promise<ParsedKey> {
  const kept = file.encrypted ? (memory.passphrases.get(file.file) ?? null) : null;
  const opened = file.encrypted && kept === null ? 'wrong_passphrase' : file.unlock(kept);
  if (opened !== 'wrong_passphrase') return opened;
  for (let attempt = 1; attempt <= 3; attempt += 1) {
    const text = `${attempt === 1 ? '' : 'That passphrase does not open it. '}The key ${file.file} is encrypted.`;
    const prompts = [{ text: 'Passphrase', echo: false }];
    const question: SshQuestion = {
      kind: 'prompts',
      what: 'passphrase',
      host: accountOf(hop),
      text,
      prompts,
    };
    const answer = (await ask(question, signal))?.[0];
    if (answer === undefined) break;
    const key = file.unlock(answer);
    if (key === 'wrong_passphrase') continue;
    memory.passphrases.set(file.file, answer);
    return key;
  }
  throw new Error(`${file.file} was not opened`);
}

type Sign = (data: Buffer, hash: SigningRequestOptions) => Promise<Buffer>;

/** ssh2's publickey method signs at once; only through an agent may the signature wait for a person. */
function oneKey(
  label: string,
  key: ParsedKey | (() => Promise<ParsedKey>),
  sign: Sign,
): OfferedKey {
  let signed = false;
  class OneKey extends ssh2.BaseAgent {
    override getIdentities(done: (error?: Error | null, keys?: ParsedKey[]) => void): void {
      // A key that was not opened is not offered: the error says so, and the next one is.
      callbackify(async () => [typeof key === 'function' ? await key() : key])(done);
    }
    override sign(
      _key: unknown,
      data: Buffer,
      options: SigningRequestOptions | SignCallback,
      done?: SignCallback,
    ): void {
      if (typeof options === 'function' || done === undefined)
        throw new Error('ssh2 signs with options');
      callbackify(async () => {
        const signature = await sign(data, options);
        signed = true;
        return signature;
      })((error, signature) => {
        try {
          done(error, signature);
        } catch (thrown) {
          // ssh2 throws on a signature that it cannot read; the next key is offered then.
          done(new Error(messageOf(thrown), { cause: thrown }));
        }
      });
    }
  }
  return { label, agent: new OneKey(), signed: () => signed };
}
