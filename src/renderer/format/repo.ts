/** The short name of a repository: the last part of its path or URL without `.git`. */
export function repoName(url: string): string {
  const parts = url.replace(/[/\\]+$/, '').split(/[/\\:]/);
  return (parts.at(-1) ?? url).replace(/\.git$/, '') || url;
}

/** As git prints it. */
export function shortCommit(commit: string): string {
  return commit.slice(0, 10);
}
