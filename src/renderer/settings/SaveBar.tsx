/** What is typed but not saved: how much, and saving it as a whole. */
import { Button } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { useText } from '../context.ts';
import type { SettingsForm } from './use-settings.ts';

export function SaveBar({ form }: { readonly form: SettingsForm }) {
  const { settings: words } = useText();
  const { drafts, mistakes, isSaving } = form;
  const canSave = mistakes.size === 0 && form.view?.problem === null;
  const save = (): void => {
    if (canSave && drafts.size > 0) void form.save();
  };
  useHotkeys([['mod+S', save]], []);
  if (drafts.size === 0) return null;
  return (
    <div className="settings-save" role="status" data-testid="settings-save-bar">
      <span>
        {words.changes(drafts.size)}
        {mistakes.size > 0 && <strong> · {words.wrong(mistakes.size)}</strong>}
      </span>
      <Button variant="default" onClick={form.discard} data-testid="settings-discard">
        {words.discard}
      </Button>
      <Button disabled={!canSave} loading={isSaving} onClick={save} data-testid="settings-save">
        {words.save}
      </Button>
    </div>
  );
}
