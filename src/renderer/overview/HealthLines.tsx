/** The state of the workshop in words, most urgent first; each leads to where one sees to it. */
import { IconAlertTriangle, IconCircleCheck, IconHandStop } from '@tabler/icons-react';
import { useMemo } from 'react';
import { Link } from 'react-router';
import { useApp, useCalmData, useText } from '../context.ts';
import type { Data } from '../store/data.ts';
import { matterWords, outlookOf } from './matters.ts';

const selectLive = ({ live }: Data) => live;
const selectHosts = ({ hosts }: Data) => hosts;

export function HealthLines() {
  const text = useText();
  const { data } = useApp();
  const live = useCalmData(selectLive);
  const hosts = useCalmData(selectHosts);
  const { matters, tasks, agents } = useMemo(() => {
    const state = data.getState();
    return outlookOf({ ...state, live, hosts });
  }, [data, live, hosts]);
  const { health } = text.overview;
  return (
    <section className="ov-health panel" aria-label={health.label} data-testid="overview-health">
      {matters.length === 0 ? (
        <p className="ov-fine">
          <IconCircleCheck size={17} aria-hidden="true" />
          <span className="num">{health.fine(tasks, agents)}</span>
        </p>
      ) : (
        <ul>
          {matters.map((matter) => {
            const Icon = matter.level === 'bad' ? IconAlertTriangle : IconHandStop;
            return (
              <li key={matter.kind} data-level={matter.level} data-matter={matter.kind}>
                <Link to={matter.path}>
                  <Icon size={15} aria-hidden="true" />
                  <span className="num">{matterWords(matter, text)}</span>
                </Link>
              </li>
            );
          })}
        </ul>
      )}
    </section>
  );
}
