/** Asks the LAN by mDNS who offers SSH or is a Koubou agent, and listens for a moment. */
import { lanAddresses, openMulticast, type DnsRecord } from '../../../native/multicast.ts';
import {
  AGENT_SERVICE,
  readAgentTxt,
  type AnnouncedAgent,
} from '../../../shared/protocol/announce.ts';

export interface Announced {
  /** `atelier.local` */
  readonly name: string;
  readonly address: string | null;
  readonly koubou: boolean;
  /** What the agent there says of itself. */
  readonly agent: AnnouncedAgent | null;
}

const SERVICES = { ssh: '_ssh._tcp.local', koubou: AGENT_SERVICE } as const;
/** Most answer within a tenth of it. */
const LISTEN_MS = 800;
const MOST_ANSWERS = 5_000;

/** Resolves after a moment with whoever answered; with nobody where the network does not allow it. */
export async function askLan(): Promise<Announced[]> {
  const heard: DnsRecord[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  const sockets = lanAddresses().map((address) => {
    const lan = openMulticast(address);
    // Where the network does not allow it there is nobody to suggest.
    lan.on('error', () => {});
    lan.on('warning', () => {});
    lan.on('response', ({ answers, additionals }) => {
      if (heard.length < MOST_ANSWERS) heard.push(...(answers ?? []), ...(additionals ?? []));
    });
    lan.on('ready', () =>
      lan.query(Object.values(SERVICES).map((name) => ({ name, type: 'PTR' as const }))),
    );
    return lan;
  });
  const timer = setTimeout(resolve, LISTEN_MS);
  await promise;
  clearTimeout(timer);
  for (const lan of sockets) lan.destroy();
  return announcedIn(heard);
}

/** Pure: who is named in answers, with the address that came along. */
export function announcedIn(answers: readonly DnsRecord[]): Announced[] {
  const addresses = new Map<string, string>();
  const services = new Map<string, string>();
  const agents = new Map<string, AnnouncedAgent | null>();
  const found = new Map<string, Announced>();
  for (const answer of answers) {
    if (answer.type === 'A') addresses.set(answer.name.toLowerCase(), answer.data);
    if (answer.type === 'SRV') services.set(answer.name.toLowerCase(), answer.data.target);
    if (answer.type === 'TXT')
      agents.set(answer.name.toLowerCase(), readAgentTxt(stringsOf(answer.data)));
  }
  for (const answer of answers) {
    if (answer.type !== 'PTR') continue;
    const koubou = answer.name.toLowerCase() === SERVICES.koubou;
    if (!koubou && answer.name.toLowerCase() !== SERVICES.ssh) continue;
    const name = services.get(answer.data.toLowerCase());
    if (name === undefined) continue;
    const before = found.get(name);
    const address = addresses.get(name.toLowerCase()) ?? null;
    const agent = (koubou ? agents.get(answer.data.toLowerCase()) : null) ?? before?.agent ?? null;
    found.set(name, { name, address, koubou: koubou || (before?.koubou ?? false), agent });
  }
  return [...found.values()];
}

function stringsOf(data: Extract<DnsRecord, { type: 'TXT' }>['data']): string[] {
  return (Array.isArray(data) ? data : [data]).map(String);
}
