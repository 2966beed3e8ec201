/** The field of the palette and the list under it. Made anew each time the palette opens. */
import { IconSearch } from '@tabler/icons-react';
import { useEffect, useId, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import { useText, useUi } from '../context.ts';
import { TEXTS } from '../i18n/languages.ts';
import { selectRecent } from '../store/selectors.ts';
import { withRecent } from '../store/ui.ts';
import { ACTIONS, SOURCES } from './actions.ts';
import { findEntries, wordsOf, type Entry } from './find-entries.ts';
import { PaletteList } from './PaletteList.tsx';
import { useMore } from './use-more.ts';
import { usePlace } from './use-place.ts';

/** Entries that PageUp and PageDown pass. */
const PAGE = 8;

const REGISTRY = { actions: ACTIONS, sources: SOURCES };

export function PaletteBody({ close }: { readonly close: () => void }) {
  const { shell } = useText();
  const place = usePlace();
  const recent = useUi(selectRecent);
  const [query, setQuery] = useState('');
  const { more, isLooking } = useMore(SOURCES, wordsOf(query), place);
  // Not drawn anew with every event: what one reads must not move before Enter.
  const groups = useMemo(
    () => findEntries(REGISTRY, { query, place, english: TEXTS.en, recent, more }),
    [query, place, recent, more],
  );
  const entries = groups.flatMap((group) => group.entries);
  const [chosen, setChosen] = useState<string | null>(null);
  const at = Math.max(
    0,
    entries.findIndex(({ id }) => id === chosen),
  );
  const listId = useId();
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);

  function run(entry: Entry): void {
    close();
    const { ui } = place.app;
    ui.setState((state) => ({ recent: withRecent(state.recent, entry.id) }));
    entry.run(place);
  }

  function onKeyDown(event: KeyboardEvent): void {
    // Enter that ends a word of an input method chooses nothing.
    if (event.nativeEvent.isComposing) return;
    const last = entries.length - 1;
    const steps: Readonly<Record<string, number>> = {
      ArrowDown: at === last ? 0 : at + 1,
      ArrowUp: at === 0 ? last : at - 1,
      PageDown: Math.min(last, at + PAGE),
      PageUp: Math.max(0, at - PAGE),
      Enter: at,
    };
    const entry = entries[steps[event.key] ?? -1];
    if (!entry) return;
    event.preventDefault();
    if (event.key === 'Enter') run(entry);
    else setChosen(entry.id);
  }

  return (
    <>
      <div className="palette-field">
        <IconSearch size={17} aria-hidden="true" />
        <input
          ref={field}
          type="text"
          role="combobox"
          aria-expanded="true"
          aria-autocomplete="list"
          aria-controls={listId}
          aria-activedescendant={entries.length > 0 ? `${listId}-${at}` : undefined}
          aria-label={shell.placeholder}
          placeholder={shell.placeholder}
          spellCheck={false}
          autoComplete="off"
          maxLength={200}
          value={query}
          onChange={(event) => {
            setQuery(event.currentTarget.value);
            setChosen(null);
          }}
          onKeyDown={onKeyDown}
          data-testid="palette-field"
        />
      </div>
      <PaletteList
        id={listId}
        groups={groups}
        at={at}
        query={query}
        isLooking={isLooking}
        choose={setChosen}
        run={run}
      />
    </>
  );
}
