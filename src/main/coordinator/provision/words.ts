/** What steps have to say, as English sentences: for the command line, and for programs that show what they get. Pure. */
import type { StepSaid } from '../../../shared/provisioning.ts';
import { megabytes } from './preflight-surrounding.ts';

export function sentenceOf(said: StepSaid): string {
  switch (said.code) {
    case 'reached': {
      const { host, through } = said;
      return `${host}${through.length === 0 ? '' : `, through ${through.join(' and ')}`}`;
    }
    case 'key_known':
      return 'The key is the one that is known.';
    case 'key_accepted':
      return `The key is one that you accepted: ${said.fingerprint}`;
    case 'signed_in':
      return `${said.user}, with a ${said.by}`;
    case 'probed': {
      const { hostname, os, machine, cpus } = said;
      return `${hostname}: ${os} on ${machine}${cpus === null ? '' : `, ${cpus} cores`}`;
    }
    case 'fits':
      return 'The host has all that an agent needs.';
    case 'fits_barely':
      return `It will work, with less than wanted: ${said.checks.join(', ').toLowerCase()}. See the report.`;
    default:
      return laterSentence(said);
  }
}

type Early = 'reached' | 'key_known' | 'key_accepted' | 'signed_in' | 'probed' | 'fits';

function laterSentence(said: Exclude<StepSaid, { readonly code: Early | 'fits_barely' }>): string {
  switch (said.code) {
    case 'there_already':
      return `Version ${said.version} is there already.`;
    case 'uploaded': {
      const { bytes, bytesPerS, resumedAt } = said;
      const speed = bytesPerS === null ? '' : ` at ${megabytes(bytesPerS)}`;
      const from = resumedAt > 0 ? `, going on at ${inMb(resumedAt)}` : '';
      return `${inMb(bytes)}${speed}${from}, unpacked and checked.`;
    }
    case 'installed': {
      const { service, changed, note } = said;
      const text = changed
        ? `Installed as a service (${service}).`
        : `It is installed already (${service}).`;
      return note === null ? text : `${text} ${asSentence(note)}`;
    }
    case 'connected':
      return `${said.agentId} is connected, version ${said.version}.`;
    case 'ready':
      return `${said.agentId} is ready for work.`;
    case 'nothing_there':
      return `Nothing of ${said.agentId} was found on the host. It is removed from the workshop.`;
    case 'removed':
      return 'Everything that was made there is removed; nothing is left.';
    case 'left':
      return `Removed, but for ${said.what.join(', ')}. Remove that by hand.`;
  }
}

function inMb(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

function asSentence(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1).replace(/[.\s]+$/, '')}.`;
}
