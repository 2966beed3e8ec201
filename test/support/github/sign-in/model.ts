/** Tokens, Apps and device codes: who may speak to the stand-in, and what each may do. */
import { type KeyObject } from 'node:crypto';
import { type User } from '../model.ts';

export type Level = 'read' | 'write' | 'admin';
/** By GitHub's names: `issues`, `pull_requests`, `contents`, `metadata`, … */
export type Permissions = Record<string, Level>;

/** Rights that are enough for everything this program does. */
export const ALL_RIGHTS: Permissions = {
  administration: 'write',
  checks: 'write',
  contents: 'write',
  issues: 'write',
  metadata: 'read',
  pull_requests: 'write',
  repository_hooks: 'write',
  statuses: 'write',
  workflows: 'write',
};

export interface Token {
  value: string;
  user: User;
  isRevoked: boolean;
  /** Epoch ms; null: never. */
  expiresAt: number | null;
  /** Scopes: classic tokens and OAuth apps; permissions: fine-grained tokens and tokens of Apps, `repos` by id, null: all. */
  may:
    | { kind: 'scopes'; scopes: string[] }
    /** Fine-grained tokens and tokens of Apps; `repos` by id, null: all of them. */
    | { kind: 'permissions'; permissions: Permissions; repos: Set<number> | null };
  installation: Installation | null;
}

export interface Installation {
  id: number;
  app: App;
  account: User;
  /** By id; null: all of the account. */
  repos: Set<number> | null;
  isSuspended: boolean;
  createdAt: number;
}

export interface App {
  id: number;
  clientId: string;
  slug: string;
  name: string;
  owner: User;
  bot: User;
  publicKey: KeyObject;
  permissions: Permissions;
  events: string[];
  installations: Installation[];
  createdAt: number;
}

/** One sign-in by device flow, from the code to the person's answer. */
export interface DeviceCode {
  clientId: string;
  userCode: string;
  scopes: string[];
  expiresAt: number;
  /** Seconds between two questions; grows by 5 with each that comes too early. */
  interval: number;
  askedAt: number | null;
  answer: { state: 'waiting' } | { state: 'denied' } | { state: 'granted'; user: User };
}
