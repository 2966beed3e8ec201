/**
 * The certificate that the door shows: for every address and name that agents may reach this PC by. It is made anew when there
 * are others, and in time before it ends.
 */
import { constants, X509Certificate } from 'node:crypto';
import type { SecureContextOptions } from 'node:tls';
import type { Logger } from 'pino';
import type { Clock } from '../../../shared/clock.ts';
import type { Authority } from '../fleet/identity/authority.ts';
import { ownAddresses, type OwnAddresses } from './addresses.ts';

export interface ServerCertificate {
  context(): SecureContextOptions;
  /** SHA-256 of the one that is shown now, as browsers write it: `AB:CD:…`. */
  fingerprint(): string;
  /** Whether this is an address or a name by which this PC is reached. */
  isFor(name: string): boolean;
  /** Somebody connected to this address of ours; if it is new, the next one is shown a certificate that has it. */
  reachedAt(address: string | undefined): void;
  /** Calls back with another one, when it is time for that; the answer ends it. */
  watch(onChange: (context: SecureContextOptions) => void): () => void;
}

export interface ServerCertificateDeps {
  /** What the door listens on. */
  readonly host: string;
  readonly clock: Clock;
  readonly log: Logger;
  /** What this PC has now. */
  readonly addresses?: () => OwnAddresses;
}

/** How often it is looked whether this PC has other addresses. */
const LOOK_MS = 15_000;
/** A certificate for the same addresses is made anew after so long; it counts for a year. */
const RENEW_MS = 30 * 24 * 3_600_000;
/** Addresses of before that it still has: a laptop comes through many networks. */
const MOST_ADDRESSES = 64;

export async function createServerCertificate(
  authority: Pick<Authority, 'serve' | 'pem'>,
  { host, clock, log, addresses = ownAddresses }: ServerCertificateDeps,
): Promise<ServerCertificate> {
  const has = createAddresses(host, addresses);
  const make = async (): Promise<SecureContextOptions> => {
    const { key, certificate } = await authority.serve(has.all());
    shown = certificate;
    // No resumption: each connection shows its certificate itself.
    const secureOptions = constants.SSL_OP_NO_TICKET;
    return { key, cert: certificate, ca: authority.pem, minVersion: 'TLSv1.3', secureOptions };
  };
  let shown = '';
  let onChange: (context: SecureContextOptions) => void = () => {};
  let isDue = false;
  let madeAt = clock.monotonic();
  function makeAnew(): void {
    isDue = false;
    madeAt = clock.monotonic();
    make().then(
      (context) => onChange(context),
      (error: unknown) => {
        isDue = true;
        log.error({ err: error }, "the coordinator's certificate could not be made anew");
      },
    );
  }
  const first = await make();
  return {
    context: () => first,
    fingerprint: () => new X509Certificate(shown).fingerprint256,
    isFor: has.has,
    reachedAt(address) {
      if (address !== undefined && has.learn(address)) makeAnew();
    },
    watch(callback) {
      onChange = callback;
      const look = (): void => {
        cancel = clock.after(LOOK_MS, look);
        if (has.look() || isDue || clock.monotonic() - madeAt >= RENEW_MS) makeAnew();
      };
      let cancel = clock.after(LOOK_MS, look);
      return () => {
        cancel();
        onChange = () => {};
      };
    },
  };
}

const ANY: ReadonlySet<string> = new Set(['0.0.0.0', '::', 'localhost']);

/**
 * All addresses and names that this PC has and had since its start. One that is gone is kept: an interface whose cable is out
 * for a moment is not listed by the system, and agents are back on it before anybody looks.
 */
function createAddresses(host: string, ask: () => OwnAddresses) {
  const addresses = new Set<string>();
  const names = new Set<string>();
  /** True when one was not known. The oldest makes room. */
  function keep(known: Set<string>, found: readonly string[]): boolean {
    const before = new Set(known);
    for (const one of found) {
      known.delete(one);
      known.add(one);
    }
    for (const one of [...known].slice(0, -MOST_ADDRESSES)) known.delete(one);
    return found.some((one) => !before.has(one));
  }
  function look(): boolean {
    const now = ask();
    const isNew = keep(
      addresses,
      [...now.all, host].filter((one) => !ANY.has(one)),
    );
    return keep(names, now.names) || isNew;
  }
  look();
  return {
    look,
    learn: (address: string): boolean => {
      // An IPv4 address in the clothes of IPv6, when one server listens on both.
      const plain = address.replace(/^::ffff:(?=\d+\.)/, '');
      if (addresses.has(plain) || plain.startsWith('fe80:')) return false;
      return keep(addresses, [plain]);
    },
    has: (name: string): boolean => addresses.has(name) || names.has(name),
    all: () => ({ addresses: [...addresses].toSorted(), names: [...names].toSorted() }),
  };
}
