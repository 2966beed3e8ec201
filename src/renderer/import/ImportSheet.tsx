/** The import sheet: what was understood, item by item, to adjust; then the tasks that were made of it. */
import { Button, Kbd, Modal, Progress, SegmentedControl } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { useNavigate } from 'react-router';
import { ErrorNote } from '../components/ErrorNote.tsx';
import { useApp, useText, useUi } from '../context.ts';
import { selectPicking } from '../store/selectors.ts';
import { Picker } from './github/Picker.tsx';
import { ImportAll } from './ImportAll.tsx';
import { ImportSource } from './ImportSource.tsx';
import { ImportTable } from './ImportTable.tsx';
import './import.css';
import { countsOf, isOpen, type Counts } from './rows.ts';
import { useImport, type Import } from './use-import.ts';

export function ImportSheet({ isShown }: { readonly isShown: boolean }) {
  const { imports: words } = useText();
  const { ui } = useApp();
  const close = (): void => ui.setState({ imports: null, picking: null });
  return (
    <Modal
      opened={isShown}
      onClose={close}
      title={words.title}
      size={1120}
      // A slip beside the sheet must not throw away what was adjusted.
      closeOnClickOutside={false}
      // Gone at once: what is dropped a moment later begins a sheet of its own.
      transitionProps={{ duration: 0 }}
      classNames={{ content: 'import-content', body: 'import-body' }}
      data-testid="import-sheet"
    >
      <Sheet close={close} />
    </Modal>
  );
}

function Sheet({ close }: { readonly close: () => void }) {
  const { ui } = useApp();
  const picking = useUi(selectPicking);
  const sheet = useImport();
  const take = (urls: readonly string[]): void =>
    ui.setState(({ imports }) => ({
      imports: [
        ...(imports ?? []),
        { kind: 'payload', payload: { kind: 'text', text: urls.join('\n') } },
      ],
      picking: null,
    }));
  return (
    <div className="import">
      <Doors isPicking={picking !== null} />
      {picking ? (
        <Picker key={picking.repo} repo={picking.repo} take={take} close={close} />
      ) : (
        <Items sheet={sheet} close={close} />
      )}
    </div>
  );
}

/** The two ways in that are not a drop. */
function Doors({ isPicking }: { readonly isPicking: boolean }) {
  const { imports, github } = useText();
  const { ui } = useApp();
  return (
    <SegmentedControl
      className="import-doors"
      aria-label={imports.source}
      value={isPicking ? 'github' : 'other'}
      data={[
        { value: 'other', label: github.pick.other },
        { value: 'github', label: github.pick.tab },
      ]}
      onChange={(value) => ui.setState({ picking: value === 'github' ? { repo: '' } : null })}
      data-testid="import-doors"
    />
  );
}

function Items({ sheet, close }: { readonly sheet: Import; readonly close: () => void }) {
  const { imports: words } = useText();
  const { rows, all, left, isReading, progress, error } = sheet;
  const counts = countsOf(rows, all);
  const canCreate = counts.ticked > 0 && counts.lacking === 0 && progress === null && !isReading;
  const create = (): void => {
    if (canCreate) void sheet.create();
  };
  // Also while one types in a field.
  useHotkeys([['mod + Enter', create]], []);
  return (
    <>
      <ImportSource isReading={isReading} isFirst={rows.length === 0} />
      {rows.length > 0 && (
        <>
          <p className="import-summary" role="status" data-testid="import-summary">
            {summaryOf(counts, words)}
            {left > 0 && <strong className="import-left">{words.left(left)}</strong>}
          </p>
          {rows.some(isOpen) && <ImportAll sheet={sheet} />}
          <ImportTable sheet={sheet} close={close} />
        </>
      )}
      {error && <ErrorNote error={error} />}
      {rows.length > 0 && (
        <Foot
          counts={counts}
          progress={progress}
          canCreate={canCreate}
          create={create}
          close={close}
        />
      )}
    </>
  );
}

function summaryOf(counts: Counts, words: ReturnType<typeof useText>['imports']): string {
  const { items, duplicates, unknown, made, refused } = counts;
  if (made + refused > 0) return words.outcome(made, refused);
  return words.found(items - unknown, duplicates, unknown);
}

interface FootProps {
  readonly counts: Counts;
  readonly progress: Import['progress'];
  readonly canCreate: boolean;
  readonly create: () => void;
  readonly close: () => void;
}

function Foot({ counts, progress, canCreate, create, close }: FootProps) {
  const { imports: words } = useText();
  const navigate = useNavigate();
  const { ticked, lacking, made } = counts;
  const isDone = made > 0 && ticked === 0;
  const showTasks = (): void => {
    close();
    void navigate('/tasks');
  };
  return (
    <footer className="import-foot">
      {progress ? (
        <div className="import-progress">
          <Progress value={(progress.done / progress.of) * 100} aria-label={words.making} />
          <span className="num">{words.progress(progress.done, progress.of)}</span>
        </div>
      ) : (
        <span className="import-lacking" data-testid="import-lacking">
          {lacking > 0 ? words.lacking(lacking) : ''}
        </span>
      )}
      {made > 0 && (
        <Button
          size="sm"
          variant={isDone ? 'filled' : 'default'}
          onClick={showTasks}
          data-testid="import-show"
        >
          {words.show}
        </Button>
      )}
      {!isDone && (
        <Button
          size="sm"
          disabled={!canCreate}
          loading={progress !== null}
          onClick={create}
          rightSection={<Kbd size="xs">{words.createKey}</Kbd>}
          data-testid="import-create"
        >
          {words.create(ticked)}
        </Button>
      )}
    </footer>
  );
}
