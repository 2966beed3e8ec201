/** Rules by which issues become tasks by themselves: `github.rules` in `config.yaml`, and the screen that edits them. */
import { z } from 'zod';
import { line } from './text.ts';

export const MOST_RULES = 100;

const Label = line(100);
const Login = z.string().regex(/^[\w-]{1,60}(\[bot\])?$/, 'is no name of an account');

/** Issues of one repository. With neither label nor assignee: all that are open. */
const RepoRule = z.strictObject({
  /** `acme/shop`, or its address: `https://github.example.com/acme/shop`. */
  repo: line(300).refine(isRepo, 'is no repository: write acme/shop, or its address'),
  label: Label.optional(),
  assignee: Login.optional(),
});

/** What a search at GitHub finds: `org:acme label:koubou`. */
const QueryRule = z.strictObject({
  query: line(500).refine((text) => text.trim() !== '', 'is empty'),
  label: Label.optional(),
  assignee: Login.optional(),
});

export const GitHubRule = z.union([RepoRule, QueryRule]);
export type GitHubRule = z.infer<typeof GitHubRule>;

export const GitHubRules = z.array(GitHubRule).max(MOST_RULES);

function isRepo(text: string): boolean {
  const path = text.replace(/^https?:\/\/[^/\s]+\//i, '');
  return /^[\w.-]{1,100}\/[\w.-]{1,100}$/.test(path);
}
