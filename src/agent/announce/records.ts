/** The DNS records by which an agent is found (RFC 6763). Pure. */
import type { DnsRecord } from '../../native/multicast.ts';
import { AGENT_SERVICE, agentTxt, type AnnouncedAgent } from '../../shared/protocol/announce.ts';

/** Lists the kinds of services there are, for tools that browse. */
const ALL_SERVICES = '_services._dns-sd._udp.local';
/** Seconds that others may keep it: what names an address is to be asked again sooner (RFC 6762, 10). */
const LASTING_S = 4_500;
const ADDRESS_S = 120;

export interface RecordsOf {
  readonly agent: AnnouncedAgent;
  /** As the machine calls itself. */
  readonly hostname: string;
  /** The machine's address on the network that is told. */
  readonly address: string;
}

export function recordsOf({ agent, hostname, address }: RecordsOf): DnsRecord[] {
  const instance = `${labelOf(agent)}.${AGENT_SERVICE}`;
  const target = `${hostLabel(hostname)}.local`;
  const own = { name: instance, ttl: ADDRESS_S, flush: true } as const;
  return [
    { type: 'PTR', name: AGENT_SERVICE, ttl: LASTING_S, data: instance },
    { type: 'PTR', name: ALL_SERVICES, ttl: LASTING_S, data: AGENT_SERVICE },
    // Port 0: there is a host to sign in to, and nothing of ours to call (RFC 6763, 8).
    { ...own, type: 'SRV', data: { target, port: 0, priority: 0, weight: 0 } },
    { ...own, type: 'TXT', ttl: LASTING_S, data: agentTxt(agent) },
    // Not "flush": the machine's own responder may say the same name with more addresses.
    { type: 'A', name: target, ttl: ADDRESS_S, data: address },
  ];
}

/** What takes the agent back: others forget it within a second. The machine and its name stay. */
export function goodbyeOf(about: RecordsOf): DnsRecord[] {
  return recordsOf(about)
    .filter(({ type, name }) => type !== 'A' && name !== ALL_SERVICES)
    .map((record) => ({ ...record, ttl: 0 }));
}

/** Whether a question is about what we tell. */
export function isAbout(records: readonly DnsRecord[], name: string, type: string): boolean {
  return records.some(
    (record) =>
      record.name.toLowerCase() === name.toLowerCase() && (type === 'ANY' || type === record.type),
  );
}

/** Two workshops may call their agents the same. */
function labelOf({ id, workshop }: AnnouncedAgent): string {
  return workshop === null ? id : `${id.slice(0, 50)}-${workshop}`;
}

/** One label of a name: at most 63 letters, digits and dashes. */
function hostLabel(hostname: string): string {
  const [first = ''] = hostname.split('.');
  const label = first.replaceAll(/[^\w-]/g, '-').slice(0, 63);
  return label === '' ? 'koubou-agent' : label;
}
