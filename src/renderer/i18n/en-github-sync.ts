/** Rules that import issues by themselves, and the webhook, in English. */
export const enGithubSync = {
  rules: {
    title: 'Import by itself',
    lead: 'An open issue that one of these finds becomes a task, once. A label or an assignee narrows it down.',
    none: 'No rule: issues come in only when somebody brings them.',
    add: 'Add a rule',
    remove: (n: number) => `Remove rule ${n}`,
    rule: (n: number) => `Rule ${n}`,
    kinds: { repo: 'Repository', query: 'Search' },
    kind: 'What to look through',
    where: { repo: 'acme/shop', query: 'org:acme label:koubou' },
    label: 'Label',
    assignee: 'Assignee',
    any: 'any',
    save: 'Save rules',
    discard: 'Discard',
    saved: 'Saved. They hold from now on.',
    wrong:
      'Give a repository as acme/shop or its address, or a search. Labels have at most 100 characters.',
  },
  hook: {
    title: 'Webhook',
    lead: 'With a webhook GitHub tells of changes at once. Without one Koubou looks by itself, and nothing is missed.',
    show: 'Show how to set one up',
    address: 'Address to give to GitHub, with the address at which it reaches this PC before it',
    secret: 'Secret',
    secretOnce: 'Copy it now: it is never shown again.',
    shownBefore: 'The secret was shown before, and is never shown again.',
    renew: 'Make a new secret',
    renewHint: 'Webhooks that have the old one are refused from then on.',
    events: 'Events',
    content: 'Content type: application/json',
    counts: (accepted: number, ignored: number, refused: number) =>
      `${accepted} taken · ${ignored} ignored · ${refused} refused since the start`,
    last: 'Last heard',
    never: 'Nothing was heard yet.',
    wrongSignatures: (n: number) =>
      `${n} had a wrong signature: give GitHub the present secret, or make a new one.`,
    install: 'Have Koubou set it up',
    repo: 'Repository',
    url: 'Address at which GitHub reaches this PC',
    installGo: 'Set up at GitHub',
    installed: (repo: string, isNew: boolean) =>
      isNew
        ? `${repo} tells of its changes now.`
        : `The webhook of ${repo} was there and was put right.`,
  },
};
