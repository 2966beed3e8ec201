/** For tests: a workshop's identity on a real journal and a folder of its own, and PCs that ask it for certificates. */
import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { cryptoProvider, Pkcs10CertificateRequestGenerator } from '@peculiar/x509';
import { pino } from 'pino';
import type { Clock } from '../../../../shared/clock.ts';
import { AgentProfile } from '../../../../shared/domain/agent.ts';
import type { Command } from '../../../../shared/domain/command.ts';
import type { JoinAnswer } from '../../../../shared/protocol/enrol.ts';
import type { Result } from '../../../../shared/result.ts';
import { openJournal } from '../../journal/open.ts';
import type { Journal } from '../../journal/port.ts';
import type { Authority } from './authority.ts';
import { keyToPem, makeKeys } from './certificates.ts';
import type { NewEnrolment } from './enrolments.ts';
import { createIdentity, type Identity } from './identity.ts';

cryptoProvider.set(webcrypto);

/** A clock that is set by hand; timers run when the time has come. */
export interface SetClock extends Clock {
  advance(ms: number): void;
  /** Sets the wall clock alone. */
  set(now: number): void;
}

export function setClock(start = Date.now()): SetClock {
  let [wall, time] = [start, 0];
  const due = new Map<object, { at: number; run: () => void }>();
  return {
    now: () => wall,
    monotonic: () => time,
    after(ms, run) {
      const key = {};
      due.set(key, { at: time + ms, run });
      return () => due.delete(key);
    },
    set: (now) => void (wall = now),
    advance(ms) {
      time += ms;
      wall += ms;
      for (const [key, timer] of due) {
        if (timer.at > time) continue;
        due.delete(key);
        timer.run();
      }
    },
  };
}

export interface Pc {
  readonly key: string;
  readonly request: string;
}

/** A key of its own, and a signing request for it. */
export async function makePc(name = 'pc'): Promise<Pc> {
  const keys = await makeKeys();
  const request = await Pkcs10CertificateRequestGenerator.create({
    ...{ name: [{ CN: [name] }], keys, signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' } },
  });
  return { key: await keyToPem(keys.privateKey), request: request.toString('pem') };
}

export interface TestWorkshop {
  readonly dir: string;
  readonly clock: SetClock;
  readonly journal: Journal;
  readonly identity: Identity;
  readonly log: string[];
  readonly logger: pino.Logger;
  authority(): Promise<Authority>;
  /** Enrols a PC as an agent of this name. */
  enrol(pc: Pc, name: string, more?: Partial<NewEnrolment>): Promise<JoinAnswer>;
  submit(command: Command): Promise<void>;
  close(): Promise<void>;
}

export function openTestWorkshop(clock = setClock()): TestWorkshop {
  const dir = mkdtempSync(path.join(tmpdir(), 'koubou-identity-'));
  const opened = openJournal({ dir, clock, endOfTurn: setImmediate });
  if (!opened.ok) throw new Error(opened.error.message);
  const journal = opened.value;
  const log: string[] = [];
  const logger = pino({ level: 'info' }, { write: (line: string) => log.push(line) });
  const about = { journal, clock, log: logger };
  const identity = createIdentity({ ...about, dir: path.join(dir, 'ca'), keychain: null });
  return {
    ...{ dir, clock, journal, identity, log, logger },
    authority: async () => valueOf(await identity.authority()),
    async enrol({ request }, name, more = {}) {
      const profile = AgentProfile.parse({});
      const wanted = { name, profile, via: 'invitation', host: null, request } as const;
      return valueOf(await identity.enrolments.enrol({ ...wanted, ...more }));
    },
    async submit(command) {
      valueOf(await journal.submit(command, { actor: 'test' }));
    },
    async close() {
      await journal.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

export function valueOf<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  throw new Error(result.error.message);
}
