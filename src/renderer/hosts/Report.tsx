/** The report on what the system requires: what was found, what is wanted, and what to do where they differ. */
import {
  IconAlertTriangleFilled,
  IconCircleCheckFilled,
  IconCircleXFilled,
  IconInfoCircleFilled,
} from '@tabler/icons-react';
import type { PreflightItem } from '../../shared/provisioning.ts';
import { useText } from '../context.ts';
import { checkName } from './words.ts';

export interface ReportProps {
  readonly items: readonly PreflightItem[];
  /** Only what is below the minimum: notes can wait until somebody opens it. */
  readonly isShort?: boolean;
}

const ICONS = {
  good: IconCircleCheckFilled,
  note: IconInfoCircleFilled,
  bad: IconAlertTriangleFilled,
  missing: IconCircleXFilled,
};

export function Report({ items, isShort = false }: ReportProps) {
  const { report } = useText().hosts;
  const good = items.filter(({ verdict }) => verdict === 'good').length;
  const shown = isShort
    ? items.filter(({ verdict }) => verdict === 'bad' || verdict === 'missing')
    : items;
  return (
    <div className="report" data-testid="report">
      <table>
        <caption>
          {good === items.length ? report.allGood(good) : report.some(good, items.length)}
        </caption>
        {shown.length > 0 && (
          <thead>
            <tr>
              <th scope="col">{report.check}</th>
              <th scope="col">{report.found}</th>
              <th scope="col">{report.wanted}</th>
            </tr>
          </thead>
        )}
        {shown.map((item) => (
          <Row key={item.name} item={item} />
        ))}
      </table>
    </div>
  );
}

function Row({ item: { name, verdict, found, wanted, advice } }: { readonly item: PreflightItem }) {
  const text = useText();
  const { report } = text.hosts;
  const Icon = ICONS[verdict];
  return (
    <tbody data-verdict={verdict} data-testid="report-item">
      <tr>
        <th scope="row">
          <Icon size={14} role="img" aria-label={report.verdicts[verdict]} />
          {checkName(name, text)}
        </th>
        <td className="num">{found}</td>
        <td className="dim num">{wanted}</td>
      </tr>
      {advice !== '' && (
        <tr className="report-advice">
          <td colSpan={3}>{advice}</td>
        </tr>
      )}
    </tbody>
  );
}
