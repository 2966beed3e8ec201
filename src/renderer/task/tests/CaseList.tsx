/** The cases of a test run: failures open with what they printed. Only rows in sight are drawn. */
import { IconAlertTriangle, IconCheck, IconMinus, IconX } from '@tabler/icons-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useMemo, useRef, useState } from 'react';
import type { TestCase } from '../../../shared/test-output/cases.ts';
import { caseKey } from '../../../shared/test-output/compare.ts';
import '../../components/printed.css';
import { useText } from '../../context.ts';
import { duration } from '../../format/time.ts';

export interface CaseListProps {
  readonly cases: readonly TestCase[];
  /** Keys of cases that ended otherwise in the attempt before. */
  readonly fixed: readonly string[];
  readonly broke: readonly string[];
}

const ROW_PX = 32;
const ICONS = { passed: IconCheck, failed: IconX, skipped: IconMinus } as const;

export function CaseList({ cases, fixed, broke }: CaseListProps) {
  const { tests: text } = useText().review;
  const scroller = useRef<HTMLDivElement>(null);
  /** Those that a person opened or closed against the rule. */
  const [toggled, setToggled] = useState<ReadonlySet<string>>(new Set());
  const ordered = useMemo(
    () => cases.toSorted((a, b) => RANK[a.outcome] - RANK[b.outcome]),
    [cases],
  );
  const changed = useMemo(() => ({ fixed: new Set(fixed), broke: new Set(broke) }), [fixed, broke]);
  const virtual = useVirtualizer({
    count: ordered.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 16,
  });
  function toggle(key: string): void {
    const next = new Set(toggled);
    if (!next.delete(key)) next.add(key);
    setToggled(next);
  }
  return (
    <div className="cases" ref={scroller} role="region" aria-label={text.list} tabIndex={0}>
      <div className="cases-space" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map((item) => {
          const found = ordered[item.index];
          if (!found) return null;
          const key = caseKey(found);
          const isFailure = found.outcome === 'failed';
          return (
            <div
              key={item.key}
              ref={virtual.measureElement}
              data-index={item.index}
              className="case"
              data-outcome={found.outcome}
              data-testid="case"
              style={{ transform: `translateY(${item.start}px)` }}
            >
              <CaseRow
                found={found}
                mark={changed.fixed.has(key) ? 'fixed' : changed.broke.has(key) ? 'broke' : null}
                isOpen={isFailure !== toggled.has(key)}
                onToggle={() => toggle(key)}
              />
            </div>
          );
        })}
      </div>
    </div>
  );
}

const RANK = { failed: 0, passed: 1, skipped: 2 } as const;

interface CaseRowProps {
  readonly found: TestCase;
  readonly mark: 'fixed' | 'broke' | null;
  readonly isOpen: boolean;
  onToggle(): void;
}

function CaseRow({ found, mark, isOpen, onToggle }: CaseRowProps) {
  const { tests: text } = useText().review;
  const { suite, name, outcome, durationMs, output } = found;
  const OutcomeIcon = ICONS[outcome];
  const line = (
    <>
      <OutcomeIcon size={14} aria-label={text.outcomes[outcome]} className="case-icon" />
      <span className="case-name clip">
        {suite !== null && <span className="faint">{suite} › </span>}
        {name}
      </span>
      {mark !== null && (
        <span className="case-mark" data-mark={mark}>
          {mark === 'broke' && <IconAlertTriangle size={12} aria-hidden="true" />}
          {text.marks[mark]}
        </span>
      )}
      {durationMs !== null && <span className="num faint">{duration(durationMs)}</span>}
    </>
  );
  if (outcome !== 'failed') return <div className="case-line">{line}</div>;
  return (
    <>
      <button type="button" className="case-line" aria-expanded={isOpen} onClick={onToggle}>
        {line}
      </button>
      {isOpen &&
        (output === null || output === '' ? (
          <p className="case-none faint">{text.noOutput}</p>
        ) : (
          <pre className="printed case-output" tabIndex={0} role="region" aria-label={name}>
            {output}
          </pre>
        ))}
    </>
  );
}
