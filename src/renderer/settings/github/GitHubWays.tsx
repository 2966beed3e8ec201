/** How issues come in by themselves: the rules, and the webhook that tells of changes at once. */
import { Rules } from './Rules.tsx';
import { Webhook } from './Webhook.tsx';

export function GitHubWays() {
  return (
    <div className="github github-ways">
      <Rules />
      <Webhook />
    </div>
  );
}
