/** The rows of a diff with the list of files beside them. Only rows in sight are drawn. */
import { useHotkeys } from '@mantine/hooks';
import { defaultRangeExtractor, useVirtualizer, type Range } from '@tanstack/react-virtual';
import { useCallback, useEffect, useMemo, useRef, useState, type RefObject } from 'react';
import type { Diff, DiffFile } from '../../../shared/contract-review.ts';
import { ErrorNote } from '../../components/ErrorNote.tsx';
import { DiffContext, type DiffTools } from './diff-context.ts';
import { DiffRowView } from './DiffRowView.tsx';
import { FileList } from './FileList.tsx';
import { grown, restFrom } from './opened.ts';
import { parsePatch, type DiffLine, type Hunk } from './parse-patch.ts';
import { fileIndexes, rowsOf, type DiffLayout, type Place } from './rows.ts';
import { languageOf, type Language } from './syntax.ts';
import { placeTalk, type PlacedTalk, type Talk } from './talk.ts';
import type { ReviewDraft } from './review-draft.ts';
import { useOpened, type OpenedLines } from './use-opened.ts';
import { useViewed } from './viewed.ts';
import { changedWords, type Range as WordRange } from './words.ts';
import type { AttemptId } from '../../../shared/ids.ts';

export interface DiffViewProps {
  readonly diff: Diff;
  readonly layout: DiffLayout;
  /** Whose change it is. */
  readonly attemptId: AttemptId;
  /** All that was said about lines, of a draft and before. */
  readonly talk: readonly Talk[];
  /** `null`: this change is not up for review. */
  readonly draft: ReviewDraft | null;
}

const LINE_PX = 20;
const FILE_PX = 38;

export function DiffView({ diff, layout, attemptId, talk, draft }: DiffViewProps) {
  const [toggled, setToggled] = useState<ReadonlySet<string>>(new Set());
  const [editing, setEditing] = useState<Pick<Place, 'path' | 'side' | 'line'> | null>(null);
  const { viewed, toggle: toggleViewed } = useViewed(diff.commit);
  const lines = useOpened(attemptId, diff.commit);
  const look = useLook(diff);
  const { hunksOf, restOf } = useGrown(look.hunksOf, lines);
  const talkOf = usePlacedTalk(hunksOf, talk, attemptId);
  const rows = useMemo(
    () => rowsOf(diff, { toggled, viewed, layout, hunksOf, restOf, talkOf, editing }),
    [diff, toggled, viewed, layout, hunksOf, restOf, talkOf, editing],
  );
  const starts = useMemo(() => fileIndexes(rows), [rows]);
  const heads = useMemo(() => [...starts.values()], [starts]);
  const scroller = useRef<HTMLDivElement>(null);
  const current = useRef(0);
  // The head of the file that is being read stays at the top.
  const rangeExtractor = useCallback(
    (range: Range) => {
      current.current = heads.findLast((index) => index <= range.startIndex) ?? 0;
      return [...new Set([current.current, ...defaultRangeExtractor(range)])].toSorted(
        (a, b) => a - b,
      );
    },
    [heads],
  );
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => (rows[index]?.type === 'file' ? FILE_PX : LINE_PX),
    overscan: 24,
    rangeExtractor,
    getItemKey: (index) => rows[index]?.key ?? index,
  });
  const toggle = useCallback((path: string) => setToggled((before) => flipped(before, path)), []);
  const tick = useCallback(
    (path: string) => {
      toggleViewed(path);
      // A tick closes, whatever was opened by hand before.
      setToggled((before) => new Set([...before].filter((other) => other !== path)));
    },
    [toggleViewed],
  );
  const tools = useMemo(
    (): DiffTools => ({
      ...look,
      open: lines.open,
      review: draft && { edit: setEditing, put: draft.put, remove: draft.remove },
      viewed,
      toggleViewed: tick,
    }),
    [look, lines.open, draft, viewed, tick],
  );
  const goToFile = (step: 1 | -1): void => {
    const at = heads.indexOf(current.current);
    const next = heads[Math.min(heads.length - 1, Math.max(0, at + step))];
    if (next !== undefined) virtual.scrollToIndex(next, { align: 'start' });
  };
  useFileKeys(scroller, goToFile);
  useKeptFocus(scroller, lines);
  useHotkeys([
    [']', () => goToFile(1)],
    ['[', () => goToFile(-1)],
  ]);
  return (
    <DiffContext value={tools}>
      {lines.error && (
        <div className="changes-error">
          <ErrorNote error={lines.error} />
        </div>
      )}
      <div className="diff-body">
        <FileList
          files={diff.files}
          viewed={viewed}
          talk={talk}
          onChoose={(path) => virtual.scrollToIndex(starts.get(path) ?? 0, { align: 'start' })}
        />
        <div
          className="diff-rows"
          ref={scroller}
          role="region"
          aria-label={diff.branch}
          tabIndex={0}
        >
          <div className="diff-space" style={{ height: virtual.getTotalSize() }}>
            {virtual.getVirtualItems().map((item) => {
              const row = rows[item.index];
              const isSticky = row?.type === 'file' && item.index === current.current;
              return (
                row && (
                  <div
                    key={item.key}
                    ref={virtual.measureElement}
                    data-index={item.index}
                    className={isSticky ? 'diff-item diff-sticky' : 'diff-item'}
                    style={isSticky ? undefined : { transform: `translateY(${item.start}px)` }}
                  >
                    <DiffRowView row={row} onToggle={toggle} />
                  </div>
                )
              );
            })}
          </div>
        </div>
      </div>
    </DiffContext>
  );
}

/** `n` and `p` while the diff has the focus: elsewhere they mean other things. */
function useFileKeys(element: RefObject<HTMLElement | null>, go: (step: 1 | -1) => void): void {
  const latest = useRef(go);
  useEffect(() => {
    latest.current = go;
  });
  useEffect(() => {
    const diff = element.current;
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== 'n' && event.key !== 'p') return;
      const { target } = event;
      const isTyping = target instanceof HTMLElement && target.closest('textarea, input') !== null;
      if (isTyping || event.metaKey || event.ctrlKey || event.altKey) return;
      event.preventDefault();
      event.stopPropagation();
      latest.current(event.key === 'n' ? 1 : -1);
    };
    diff?.addEventListener('keydown', onKey);
    return () => diff?.removeEventListener('keydown', onKey);
  }, [element]);
}

/** What was pressed goes with the last line that it shows: the diff takes the focus, as nothing else would have it. */
function useKeptFocus(element: RefObject<HTMLElement | null>, lines: OpenedLines): void {
  useEffect(() => {
    if (lines.hasOpened && document.activeElement === document.body) {
      element.current?.focus({ preventScroll: true });
    }
  }, [element, lines]);
}

function flipped(before: ReadonlySet<string>, path: string): ReadonlySet<string> {
  const next = new Set(before);
  if (!next.delete(path)) next.add(path);
  return next;
}

interface Look {
  hunksOf(file: DiffFile): readonly Hunk[];
  languageOf(path: string): Language | null;
  changedIn(hunk: Hunk): ReadonlyMap<DiffLine, readonly WordRange[]>;
}

/** Each file is parsed when it is first opened, each hunk compared when it is first drawn, and once. */
function useLook(diff: Diff): Look {
  return useMemo(() => {
    const parsed = new Map<string, readonly Hunk[]>();
    const languages = new Map<string, Language | null>();
    const changed = new Map<Hunk, ReadonlyMap<DiffLine, readonly WordRange[]>>();
    return {
      hunksOf: (file) => once(parsed, file.path, () => parsePatch(file.patch)),
      languageOf: (path) => once(languages, path, () => languageOf(path)),
      changedIn: (hunk) => once(changed, hunk, () => changedWords(hunk)),
    };
    // A new change has new patches under the same paths.
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- see above
  }, [diff]);
}

/** The hunks with the lines that were opened next to them, and where what follows them begins. */
function useGrown(
  parsedOf: Look['hunksOf'],
  { openedOf }: OpenedLines,
): { hunksOf: Look['hunksOf']; restOf: (file: DiffFile) => number | null } {
  return useMemo(() => {
    const all = new Map<string, readonly Hunk[]>();
    const hunksOf = (file: DiffFile): readonly Hunk[] =>
      once(all, file.path, () => grown(parsedOf(file), openedOf(file.path)));
    return { hunksOf, restOf: (file) => restFrom(file, hunksOf(file), openedOf(file.path)) };
  }, [parsedOf, openedOf]);
}

function once<K, V>(known: Map<K, V>, key: K, make: () => V): V {
  const found = known.get(key);
  if (found !== undefined) return found;
  const made = make();
  known.set(key, made);
  return made;
}

function usePlacedTalk(
  hunksOf: Look['hunksOf'],
  talk: readonly Talk[],
  attemptId: AttemptId,
): (file: DiffFile) => PlacedTalk {
  return useMemo(() => {
    const placed = new Map<string, PlacedTalk>();
    return (file) =>
      once(placed, file.path, () => {
        const about = talk.filter(({ comment }) => comment.path === file.path);
        return placeTalk(hunksOf(file), about, attemptId);
      });
  }, [hunksOf, talk, attemptId]);
}
