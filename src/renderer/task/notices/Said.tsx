/** What a program said, as it stands, in a box that scrolls when it is long. */
import { useText } from '../../context.ts';

export function Said({ text }: { readonly text: string }) {
  const { failure } = useText().task;
  return (
    <pre className="notice-said" tabIndex={0} role="region" aria-label={failure.said}>
      {text}
    </pre>
  );
}
