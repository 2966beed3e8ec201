/** What the rest of the coordinator may ask of provisioning. */
import type { Result } from '../../../shared/result.ts';
import type {
  HostSuggestion,
  NewHost,
  Provisioning,
  ProvisioningId,
} from '../../../shared/provisioning.ts';
import type { AgentId } from '../../../shared/ids.ts';

export interface Provisioner {
  /** Newest first. */
  list(): Provisioning[];
  get(id: ProvisioningId): Provisioning | undefined;
  add(hosts: readonly NewHost[]): Result<Provisioning[]>;
  check(target: string): Result<Provisioning>;
  /** Removes the agent from its host, and then from the workshop. */
  uninstall(agentId: AgentId): Result<Provisioning>;
  /** `answers` null: none is given, and the provisioning ends. */
  answer(id: ProvisioningId, n: number, answers: readonly string[] | null): Result<Provisioning>;
  retry(id: ProvisioningId): Result<Provisioning>;
  cancel(id: ProvisioningId): Result<Provisioning>;
  suggest(): Promise<HostSuggestion[]>;
  /** Called with each one that changed, a few times a second at most; the answer ends it. */
  onChange(listener: (provisioning: Provisioning) => void): () => void;
  /** Ends what is under way; hosts keep what they had before. */
  close(): Promise<void>;
}
