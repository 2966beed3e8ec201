/** From an issue at GitHub to its merge, by the built program: what goes in, what comes back, and that no token goes astray. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { BOT, REPO, WORK, withGitHub, type GitHubWorkshop } from '../support/github-workshop.ts';
import { filesWith, holds } from '../support/traces.ts';

const labelsOf = ({ github }: GitHubWorkshop): string[] =>
  github.issue(`${REPO}#1`).labels.map(({ name }) => name);
const oursAt = ({ github }: GitHubWorkshop) =>
  github.issue(`${REPO}#1`).comments.filter(({ author }) => author.login === BOT);

// Each has a workshop and a GitHub of its own; they mostly wait for a second between two writes, as GitHub asks.
describe('from an issue to its merge', () => {
  test.concurrent('an issue becomes a pull request that is approved, merged, and closes it', () =>
    withGitHub({}, async (w) => {
      const { github } = w;
      github.createIssue(REPO, { title: 'The total is wrong', body: 'It should be 3.' });
      const id = await w.import(1);
      const task = await w.untilTask(id, ({ pull }) => pull !== null);
      expect(task).toMatchObject({ state: 'review', title: 'The total is wrong' });
      const { body, pull } = github.pull(`${REPO}#2`);
      expect(body).toContain('Closes #1');
      expect(body).toContain('`cat notes.txt` passed');
      await w.koubou(['tasks', 'approve', id]);
      await w.untilTask(id, ({ state }) => state === 'completed');
      expect(pull.merged).toMatchObject({ by: { login: BOT } });
      await w.untilGitHub(() => labelsOf(w).join(' ') === 'koubou:done');
      expect(github.issue(`${REPO}#1`).state).toBe('closed');
      expect(oursAt(w)).toHaveLength(1);
      expect(oursAt(w)[0]?.body).toContain('done: the change is in');
      expect(github.repo(REPO).refs.has(`refs/heads/${pull.headRef}`)).toBe(false);
    }));

  test.concurrent('its token is nowhere but in the secrets of the coordinator', async () => {
    const tools = mkdtempSync(path.join(tmpdir(), 'koubou-tools-'));
    const said = path.join(tools, 'said');
    const env = { PATH: `${tools}:${process.env['PATH'] ?? ''}` };
    shadowGit(tools, said);
    await withGitHub({ env }, async (w) => {
      w.github.createIssue(REPO, { title: 'The total is wrong' });
      const run = `env; ps axww; git config --list --show-origin; git remote -v; ${WORK}`;
      const id = await w.import(1, run);
      await w.untilTask(id, ({ pull }) => pull !== null);
      await w.koubou(['tasks', 'approve', id]);
      await w.untilTask(id, ({ state }) => state === 'completed');
      const workshop = w.workshop();
      const token = w.token();
      const { events } = await workshop.call('tasks.events', { id });
      const terminal = await workshop.call('tasks.terminal', { id, format: 'text' });
      const status = await w.koubou(['github', 'status', '--json', '--check']);
      expect(terminal).toContain('KOUBOU_PROMPT_FILE');
      for (const text of [JSON.stringify(events), terminal, status, workshop.log()])
        expect(holds(text, token)).toBe(false);
      const commands = readFileSync(said, 'utf8');
      expect(commands).toContain('push');
      expect(holds(commands, token)).toBe(false);
      const kept = filesWith(token, w.scratch);
      expect(kept).toEqual([expect.stringMatching(/^data\/github\/secrets\/gh-\w+$/)]);
      expect(statSync(path.join(w.scratch, kept[0] ?? '')).mode & 0o777).toBe(0o600);
    });
    rmSync(tools, { recursive: true, force: true });
  });
});

/** Every git of the workshop writes down what it was called with, first. */
function shadowGit(dir: string, said: string): void {
  const git = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim();
  mkdirSync(dir, { recursive: true });
  const script = `#!/bin/sh\nprintf '%s\\n' "$*" >> '${said}'\nexec '${git}' "$@"\n`;
  writeFileSync(path.join(dir, 'git'), script, { mode: 0o755 });
}
