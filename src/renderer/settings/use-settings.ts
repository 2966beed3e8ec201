/** The settings as the coordinator has them, what is typed but not saved, and saving it. */
import { useEffect, useState } from 'react';
import type { Setting, SettingsView } from '../../shared/contract-settings.ts';
import type { SettingKey, SettingValue } from '../../shared/settings.ts';
import type { CallError } from '../client/call.ts';
import { useApp, useText, useUi } from '../context.ts';
import { selectLink } from '../store/selectors.ts';
import { nameOf } from '../store/workshop-name.ts';
import { meantBy, mistakeOf, typedOf, type Draft, type Drafts } from './draft.ts';

export interface SettingsForm {
  /** `null`: not here yet. */
  readonly view: SettingsView | null;
  readonly error: CallError | null;
  readonly drafts: Drafts;
  /** What is wrong in what is typed. */
  readonly mistakes: ReadonlyMap<SettingKey, string>;
  readonly isSaving: boolean;
  change(setting: Setting, draft: Draft): void;
  discard(): void;
  save(): Promise<void>;
  reload(): Promise<void>;
}

const NONE: Drafts = new Map();

export function useSettings(): SettingsForm {
  const { session, ui } = useApp();
  const { settings: words } = useText();
  const link = useUi(selectLink);
  const [view, setView] = useState<SettingsView | null>(null);
  const [error, setError] = useState<CallError | null>(null);
  const [drafts, setDrafts] = useState<Drafts>(NONE);
  const [isSaving, setSaving] = useState(false);

  const show = (next: SettingsView): void => {
    setView(next);
    ui.setState({ workshopName: nameOf(next) });
  };

  const reload = async (): Promise<void> => {
    const answer = await session.api.call('settings.get', {});
    if (answer.ok) show(answer.value);
    setError(answer.ok ? null : answer.error);
  };

  useEffect(() => {
    if (link === 'open') void reload();
    // What `reload` reads besides is the same for ever.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [link]);

  const mistakes = new Map(
    [...drafts].flatMap(([key, draft]): [SettingKey, string][] => {
      const mistake = draft.kind === 'typed' ? mistakeOf(key, draft.text, words) : null;
      return mistake === null ? [] : [[key, mistake]];
    }),
  );

  return {
    view,
    error,
    drafts,
    mistakes,
    isSaving,
    change(setting, draft) {
      setDrafts((before) => withDraft(before, setting, draft));
    },
    discard() {
      setDrafts(NONE);
      setError(null);
    },
    async save() {
      if (!view || mistakes.size > 0) return;
      setSaving(true);
      const answer = await session.api.call('settings.save', { etag: view.etag, ...asked(drafts) });
      setSaving(false);
      setError(answer.ok ? null : answer.error);
      if (answer.ok) {
        show(answer.value);
        return setDrafts(NONE);
      }
      // The others' change is shown, and what was typed here stays to be looked at.
      if (answer.error.code !== 'settings_changed') return;
      const now = await session.api.call('settings.get', {});
      if (now.ok) show(now.value);
    },
    reload,
  };
}

/** What is typed to be what it was, is not typed. */
export function withDraft(drafts: Drafts, { key, value, source }: Setting, draft: Draft): Drafts {
  const next = new Map(drafts);
  const isSame = draft.kind === 'typed' ? draft.text === typedOf(key, value) : source === 'default';
  if (isSame) next.delete(key);
  else next.set(key, draft);
  return next;
}

/** The parts of a save. */
export function asked(drafts: Drafts) {
  const set: Partial<Record<SettingKey, SettingValue>> = {};
  const unset: SettingKey[] = [];
  for (const [key, draft] of drafts) {
    if (draft.kind === 'default') unset.push(key);
    else set[key] = meantBy(key, draft.text);
  }
  return { set, unset };
}
