/** A command to type elsewhere, with a button that copies it. */
import { ActionIcon, CopyButton, Tooltip } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useText } from '../context.ts';
import './copy-line.css';

export function CopyLine({ text }: { readonly text: string }) {
  const { common } = useText();
  return (
    <div className="copy-line">
      <code>{text}</code>
      <CopyButton value={text}>
        {({ copied, copy }) => (
          <Tooltip label={copied ? common.copied : common.copy}>
            <ActionIcon size="sm" onClick={copy} aria-label={common.copy}>
              {copied ? <IconCheck size={14} /> : <IconCopy size={14} />}
            </ActionIcon>
          </Tooltip>
        )}
      </CopyButton>
    </div>
  );
}
