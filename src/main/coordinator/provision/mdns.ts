/** Asks the LAN by mDNS who offers SSH or is a Koubou agent, and listens for a moment. */
import multicastDns, { type ResponsePacket } from 'multicast-dns';

type Answer = NonNullable<ResponsePacket['answers']>[number];

export interface Announced {
  /** `atelier.local` */
  readonly name: string;
  readonly address: string | null;
  readonly koubou: boolean;
}

const SERVICES = { ssh: '_ssh._tcp.local', koubou: '_koubou._tcp.local' } as const;
/** Most answer within a tenth of it. */
const LISTEN_MS = 800;

/** Resolves after a moment with whoever answered; with nobody where the network does not allow it. */
export async function askLan(): Promise<Announced[]> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const heard: Answer[] = [];
  const lan = multicastDns();
  // No network, or none that allows it: then there is nobody to suggest.
  lan.on('error', () => resolve());
  lan.on('warning', () => {});
  lan.on('response', ({ answers, additionals }) => {
    if (heard.length < 5_000) heard.push(...(answers ?? []), ...(additionals ?? []));
  });
  lan.on('ready', () =>
    lan.query(Object.values(SERVICES).map((name) => ({ name, type: 'PTR' as const }))),
  );
  const timer = setTimeout(resolve, LISTEN_MS);
  await promise;
  clearTimeout(timer);
  lan.destroy();
  return announcedIn(heard);
}

/** Pure: who is named in answers, with the address that came along. */
export function announcedIn(answers: readonly Answer[]): Announced[] {
  const addresses = new Map<string, string>();
  const services = new Map<string, string>();
  const found = new Map<string, Announced>();
  for (const answer of answers) {
    if (answer.type === 'A') addresses.set(answer.name.toLowerCase(), answer.data);
    if (answer.type === 'SRV') services.set(answer.name.toLowerCase(), answer.data.target);
  }
  for (const answer of answers) {
    if (answer.type !== 'PTR') continue;
    const koubou = answer.name.toLowerCase() === SERVICES.koubou;
    if (!koubou && answer.name.toLowerCase() !== SERVICES.ssh) continue;
    const name = services.get(answer.data.toLowerCase());
    if (name === undefined) continue;
    const before = found.get(name);
    const address = addresses.get(name.toLowerCase()) ?? null;
    found.set(name, { name, address, koubou: koubou || (before?.koubou ?? false) });
  }
  return [...found.values()];
}
