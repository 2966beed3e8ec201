/** What a provisioning asks, where it asks it. */
import { HostKeyQuestion } from './HostKeyQuestion.tsx';
import { PromptsQuestion } from './PromptsQuestion.tsx';
import type { QuestionProps } from './question-props.ts';

export function Question({ id, question }: QuestionProps) {
  return question.kind === 'host_key' ? (
    <HostKeyQuestion id={id} question={question} />
  ) : (
    <PromptsQuestion id={id} question={question} />
  );
}
