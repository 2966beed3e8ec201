/** What is open to whom, in words. Nothing is set here: there is nothing that would be safe to loosen. */
import { Button } from '@mantine/core';
import { IconShieldCheck } from '@tabler/icons-react';
import { Link } from 'react-router';
import { CopyLine } from '../components/CopyLine.tsx';
import { useText } from '../context.ts';

/** @param file of the settings, which lies beside that of the token */
export function Security({ file }: { readonly file: string | null }) {
  const { settings: words } = useText();
  return (
    <>
      <dl className="settings-rows settings-plain panel">
        {words.securityFacts.map(({ label, text }) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
      {file !== null && (
        <div className="settings-token">
          <span className="dim">{words.tokenFile}</span>
          <CopyLine text={file.replace(/[^/\\]+$/, 'token')} />
        </div>
      )}
      <Button
        component={Link}
        to="/audit"
        variant="default"
        leftSection={<IconShieldCheck size={15} />}
      >
        {words.toAudit}
      </Button>
    </>
  );
}
