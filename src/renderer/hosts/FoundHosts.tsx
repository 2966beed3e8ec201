/** What was understood of a list of hosts: each of them, and the lines that are not clear. */
import { IconAlertTriangle, IconDeviceDesktop } from '@tabler/icons-react';
import { useText } from '../context.ts';
import { MOST_HOSTS } from './new-hosts.ts';
import type { Parsed } from './use-parsed.ts';

export interface FoundHostsProps {
  readonly parsed: Parsed;
  readonly isTooMany: boolean;
}

/** The rest is a number. */
const MOST_SHOWN = 40;

export function FoundHosts({ parsed: { hosts, mistakes, isCurrent }, isTooMany }: FoundHostsProps) {
  const { add: words } = useText().hosts;
  if (hosts.length + mistakes.length === 0) return null;
  const only = hosts.length === 1 ? hosts[0] : undefined;
  return (
    <div className="found" data-current={isCurrent}>
      <p className="found-head" role="status" data-testid="found-hosts">
        <strong>{words.found(hosts.length)}</strong>
        {only && mistakes.length === 0 && <span className="mono">{only.target}</span>}
        {mistakes.length > 0 && (
          <span className="found-wrong">{words.mistakes(mistakes.length)}</span>
        )}
        {isTooMany && <span className="found-wrong">{words.tooMany(MOST_HOSTS)}</span>}
      </p>
      {mistakes.length > 0 && (
        <ul className="found-mistakes">
          {mistakes.slice(0, MOST_SHOWN).map(({ line, message }, index) => (
            <li key={`${line} ${index}`} data-testid="host-mistake">
              <IconAlertTriangle size={14} aria-hidden="true" />
              <strong className="num">{words.line(line)}</strong>
              <span>{message}</span>
            </li>
          ))}
        </ul>
      )}
      {!only && hosts.length > 0 && (
        <ul className="found-hosts">
          {hosts.slice(0, MOST_SHOWN).map((host, index) => (
            <li key={`${host.target} ${index}`}>
              <IconDeviceDesktop size={13} aria-hidden="true" />
              <span className="mono">{host.target}</span>
              {host.name !== undefined && <span className="dim">{host.name}</span>}
            </li>
          ))}
          {hosts.length > MOST_SHOWN && (
            <li className="faint">{words.more(hosts.length - MOST_SHOWN)}</li>
          )}
        </ul>
      )}
    </div>
  );
}
