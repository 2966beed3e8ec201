/** The part of the contract by which people pick issues at GitHub: repositories, and issues found by GitHub's own search. */
import { z } from 'zod';
import { Origin } from './domain/origin.ts';
import { operation } from './operation.ts';

export const GitHubRepository = z.strictObject({
  host: z.string(),
  /** `acme/shop`. */
  name: z.string(),
  /** For people and for tasks: `https://github.com/acme/shop`. */
  url: z.string(),
  isPrivate: z.boolean(),
  /** Open issues and pull requests, as GitHub counts them. */
  openIssues: z.int().min(0),
  /** When somebody last pushed, epoch ms; `null`: never. */
  pushedAt: z.number().nullable(),
});
export type GitHubRepository = z.infer<typeof GitHubRepository>;

export const FoundIssue = z.strictObject({
  origin: Origin,
  title: z.string(),
  state: z.enum(['open', 'closed']),
  labels: z.array(z.string()),
  assignees: z.array(z.string()),
  milestone: z.string().nullable(),
  /** `null`: an account that is gone. */
  author: z.string().nullable(),
  comments: z.int().min(0),
  /** Epoch ms. */
  updatedAt: z.number(),
});
export type FoundIssue = z.infer<typeof FoundIssue>;

const cursor = z.string().max(1_000).optional();
/** Left out: the host that sign-ins go to that name none. */
const host = z.string().trim().min(1).max(300).optional();

export const GITHUB_ISSUE_OPERATIONS = {
  'github.repositories': operation({
    method: 'GET',
    path: '/api/v1/github/repositories',
    summary: 'Repositories that somebody signed in may see, the last pushed to first',
    permission: 'read',
    status: 200,
    input: z.strictObject({
      /** A part of the name. */
      q: z.string().max(200).default(''),
      cursor,
    }),
    output: z.strictObject({
      repositories: z.array(GitHubRepository),
      nextCursor: z.string().nullable(),
    }),
  }),
  'github.issues': operation({
    method: 'GET',
    path: '/api/v1/github/issues',
    summary: 'Open issues that a search in GitHub’s own syntax finds, the last changed first',
    permission: 'operate',
    status: 200,
    input: z.strictObject({
      host,
      /** `acme/shop`, or its address; left out: wherever the account may look. */
      repo: z.string().max(1_000).optional(),
      /** `label:bug author:octocat "total is wrong"`; `is:issue is:open` holds unless it says otherwise. */
      query: z.string().max(500).default(''),
      cursor,
    }),
    output: z.strictObject({
      issues: z.array(FoundIssue),
      /** How many there are on all pages together; GitHub shows the first 1,000 of a search. */
      total: z.int().min(0),
      nextCursor: z.string().nullable(),
    }),
  }),
} as const;
