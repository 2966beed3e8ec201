/** What the analysis found of a task, each with where it came from, and a way to put it right. From the task itself. */
import { Button } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import type { FactSource, TaskAnalysis } from '../../../shared/domain/analysis.ts';
import type { Task } from '../../../shared/domain/task.ts';
import { isEnd, isHeld } from '../../../shared/domain/task.ts';
import { useLanguage, useText } from '../../context.ts';
import { dollars } from '../../format/number.ts';
import { duration } from '../../format/time.ts';
import { EditAnalysis } from './EditAnalysis.tsx';
import './analysis.css';

export interface AnalysisFactsProps {
  readonly task: Task;
  readonly analysis: TaskAnalysis;
}

export function AnalysisFacts({ task, analysis }: AnalysisFactsProps) {
  const { analysis: words, specialties } = useText();
  const language = useLanguage();
  const [isEditing, setEditing] = useState(false);
  const { facts } = words;
  const { durationMs, costUsd } = analysis;
  const isOpen = !isHeld(task.state) && !isEnd(task.state);
  return (
    <section aria-labelledby="facts-analysis" data-testid="task-analysis">
      <div className="analysis-head">
        <h2 id="facts-analysis">{words.title}</h2>
        {isOpen && (
          <Button
            variant="subtle"
            size="compact-xs"
            onClick={() => setEditing(true)}
            data-testid="task-analysis-change"
          >
            {words.change}
          </Button>
        )}
      </div>
      <dl>
        <Found name={facts.specialty} fact={analysis.specialty}>
          {specialties[analysis.specialty.value]}
        </Found>
        <Found name={facts.size} fact={analysis.size}>
          {words.sizes[analysis.size.value]}
        </Found>
        <Found name={facts.duration} fact={durationMs}>
          {durationMs.value === null ? words.unknown : words.about(duration(durationMs.value))}
        </Found>
        <Found name={facts.cost} fact={costUsd}>
          {costUsd.value === null ? words.unknown : words.about(dollars(costUsd.value, language))}
        </Found>
        <Found name={facts.security} fact={analysis.security}>
          {words.securityLevels[task.security]}
        </Found>
        <Found name={facts.location} fact={analysis.location}>
          {task.location ?? words.anywhere}
        </Found>
        {analysis.needs.map((need) => (
          <Found key={need.value} name={facts.needs} fact={need}>
            <span className="mono">{need.value}</span>
          </Found>
        ))}
      </dl>
      {isEditing && <EditAnalysis task={task} onClose={() => setEditing(false)} />}
    </section>
  );
}

interface FoundProps {
  readonly name: string;
  readonly fact: { readonly from: FactSource; readonly why?: string | undefined };
  readonly children: ReactNode;
}

function Found({ name, fact: { from, why }, children }: FoundProps) {
  const { analysis: words } = useText();
  const source = words.sources[from];
  return (
    <div className="fact">
      <dt>{name}</dt>
      <dd className="analysis-found">
        <span>{children}</span>
        {from !== 'default' && (
          <span
            className="analysis-source"
            data-source={from}
            title={why === undefined ? words.sourceAlone(source) : words.sourceOf(source, why)}
          >
            {source}
          </span>
        )}
      </dd>
    </div>
  );
}
