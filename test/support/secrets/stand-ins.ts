/**
 * Started on the coordinator's PC of test hosts, where it is the internet: a model provider, and a GitHub with two private
 * repositories. Its first message is the keys that the provider takes; it answers where both are, and each later one with
 * what they saw.
 *
 * What the model wants of Claude Code: look for keys where a model's shell can, wait to be let go, write a file.
 */
import { z } from 'zod';
import { startGitHub } from '../github/start-github.ts';
import { startMessagesApi, type Block } from '../models/messages-api.ts';
import { LET_GO, REPOS, type Seen, type StandIns } from './internet.ts';

const LOOK = [
  'env; tr "\\0" "\\n" </proc/$$/environ; tr "\\0" "\\n" </proc/$PPID/environ; tr "\\0" " " </proc/$PPID/cmdline',
  'git config --list --show-origin; git remote -v; cat ~/.netrc ~/.git-credentials ~/.gitconfig',
  'printf "protocol=https\\nhost=github.com\\n\\n" | GIT_TERMINAL_PROMPT=0 git credential fill',
].join('; ');

function wanted(step: number): Block[] {
  const command = `(${LOOK}) 2>&1; until [ -e ${LET_GO} ]; do sleep 0.1; done`;
  if (step === 0) return [{ type: 'tool_use', name: 'Bash', input: { command } }];
  const input = { file_path: 'notes.txt', content: 'second\n' };
  return step === 1
    ? [
        { type: 'tool_use', name: 'Read', input: { file_path: 'notes.txt' } },
        { type: 'tool_use', name: 'Write', input },
      ]
    : [{ type: 'text', text: 'The notes are written.' }];
}

process.once('message', (keys) => void serve(z.array(z.string()).parse(keys)));

async function serve(keys: readonly string[]): Promise<void> {
  const models = await startMessagesApi(
    ({ step, cwd }) =>
      wanted(step).map((block) =>
        block.type === 'tool_use' && 'file_path' in block.input
          ? { ...block, input: { ...block.input, file_path: `${cwd}/notes.txt` } }
          : block,
      ),
    { keys: Object.fromEntries(keys.map((key) => [key, {}])) },
  );
  const github = await startGitHub();
  for (const name of REPOS)
    await github.createRepo(name, {
      isPrivate: true,
      files: { 'notes.txt': 'first\n', '.koubou.yaml': 'test: cat notes.txt\n' },
    });
  const ready: StandIns = {
    models: models.url,
    github: github.web,
    token: github.createToken('koubou-bot'),
  };
  process.on('message', () => {
    const seen: Seen = {
      keys: models.keys,
      asked: models.requests.map(({ method, path }) => `${method} ${path}`),
      read: models.requests.map(({ body }) => body).join('\n'),
    };
    process.send?.(seen);
  });
  process.on('disconnect', () => process.exit(0));
  process.send?.(ready);
}
