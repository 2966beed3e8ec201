/** Above the chart: the moment that was chosen and what can be seen of it, and the zoom. */
import { ActionIcon, Button, Tooltip } from '@mantine/core';
import { IconMinus, IconPlus, IconTerminal2, IconX, IconZoomReset } from '@tabler/icons-react';
import { useLanguage, useText } from '../../context.ts';
import { clockTime, exact } from '../../format/time.ts';
import type { ChartView } from './use-view.ts';

export interface ChartToolsProps {
  readonly chart: ChartView;
  /** The moment; `null`: none was chosen. */
  readonly at: number | null;
  onClear(): void;
  onTerminal(): void;
}

const CLOSER = 0.6;

export function ChartTools({ chart, at, onClear, onTerminal }: ChartToolsProps) {
  const { chart: words } = useText();
  const language = useLanguage();
  return (
    <div className="chart-tools">
      <span className="chart-moment" role="status" data-testid="moment">
        {at === null ? (
          <span className="faint">{words.hint}</span>
        ) : (
          <>
            <span className="moment-pill num" title={exact(at, language)}>
              {clockTime(at, language)}
              <ActionIcon size={18} aria-label={words.clear} onClick={onClear}>
                <IconX size={12} />
              </ActionIcon>
            </span>
            <Button
              variant="subtle"
              leftSection={<IconTerminal2 size={14} />}
              onClick={onTerminal}
              data-testid="moment-terminal"
            >
              {words.toTerminal}
            </Button>
          </>
        )}
      </span>
      <Tooltip label={`${words.farther} (−)`}>
        <ActionIcon aria-label={words.farther} onClick={() => chart.zoomBy(1 / CLOSER)}>
          <IconMinus size={15} />
        </ActionIcon>
      </Tooltip>
      <Tooltip label={`${words.closer} (+)`}>
        <ActionIcon aria-label={words.closer} onClick={() => chart.zoomBy(CLOSER)}>
          <IconPlus size={15} />
        </ActionIcon>
      </Tooltip>
      <Tooltip label={`${words.all} (0)`}>
        <ActionIcon aria-label={words.all} disabled={!chart.isZoomed} onClick={chart.showAll}>
          <IconZoomReset size={15} />
        </ActionIcon>
      </Tooltip>
    </div>
  );
}
