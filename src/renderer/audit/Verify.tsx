/** The button that has the whole record checked, and how far the check is, or how it ended. */
import { Button, Tooltip } from '@mantine/core';
import { IconAlertTriangle, IconShieldCheck } from '@tabler/icons-react';
import type { Audit } from '../../shared/upkeep.ts';
import { CopyLine } from '../components/CopyLine.tsx';
import { RelativeTime } from '../components/RelativeTime.tsx';
import { useLanguage, useText } from '../context.ts';
import { whole } from '../format/size.ts';
import type { Verify } from './use-verify.ts';

export function VerifyButton({ verify }: { readonly verify: Verify }) {
  const { audit: words } = useText();
  return (
    <Tooltip label={words.verifyHint}>
      <Button
        leftSection={<IconShieldCheck size={15} />}
        loading={verify.audit?.state === 'running'}
        onClick={verify.start}
        data-testid="audit-verify"
      >
        {words.verify}
      </Button>
    </Tooltip>
  );
}

export function VerifyNote({ audit }: { readonly audit: Audit | null }) {
  const { audit: words } = useText();
  const language = useLanguage();
  if (!audit || audit.state === 'none') return null;
  const { state, checked, total, hash, message, endedAt } = audit;
  const n = (count: number): string => whole(count, language);
  if (state === 'running') {
    const said = words.verifying(n(checked), n(total));
    return (
      <div className="audit-verify" role="status" data-testid="audit-running">
        <span>{said}</span>
        <progress value={checked} max={Math.max(1, total)} aria-label={said} />
      </div>
    );
  }
  const isSound = state === 'sound';
  return (
    <div
      className="audit-verify"
      role={isSound ? 'status' : 'alert'}
      data-tone={isSound ? 'green' : 'red'}
      data-testid="audit-verdict"
    >
      {isSound ? (
        <IconShieldCheck size={17} aria-hidden="true" />
      ) : (
        <IconAlertTriangle size={17} aria-hidden="true" />
      )}
      <div>
        <strong>
          {isSound
            ? words.sound(n(checked))
            : state === 'damaged'
              ? words.damaged
              : words.checkFailed}
        </strong>
        {endedAt !== null && (
          <span className="faint">
            {' '}
            <RelativeTime at={endedAt} />
          </span>
        )}
        {!isSound && <p>{message}</p>}
        {state === 'damaged' && <p>{words.damagedTodo}</p>}
      </div>
      {isSound && hash !== null && (
        <div className="audit-hash">
          <span className="faint">{words.soundHash}</span>
          <CopyLine text={hash} />
        </div>
      )}
    </div>
  );
}
