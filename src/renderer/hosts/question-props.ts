/** What each kind of question is given to show itself. */
import type { ProvisioningId, Question } from '../../shared/provisioning.ts';

export interface QuestionProps<Kind extends Question['kind'] = Question['kind']> {
  readonly id: ProvisioningId;
  readonly question: Extract<Question, { kind: Kind }>;
}
