/** All keys, by where they work. Read from the registry, so that none is forgotten. */
import { Modal } from '@mantine/core';
import { Fragment } from 'react';
import { useApp, useText, useUi } from '../context.ts';
import { selectIsHelpOpen } from '../store/selectors.ts';
import { ACTION_GROUPS } from './action.ts';
import { ACTIONS, KEY_HINTS } from './actions.ts';
import { Keys } from './Keys.tsx';
import { isMac, writtenKeys } from './keys.ts';

export function Help() {
  const text = useText();
  const { ui } = useApp();
  const isOpen = useUi(selectIsHelpOpen);
  const listed = [...ACTIONS, ...KEY_HINTS];
  return (
    <Modal
      opened={isOpen}
      onClose={() => ui.setState({ isHelpOpen: false })}
      title={text.help.title}
      size={680}
      data-testid="help"
    >
      <div className="help">
        {ACTION_GROUPS.map((group) => {
          const rows = listed.filter((row) => row.group === group && row.keys !== undefined);
          if (rows.length === 0) return null;
          return (
            <section className="help-group" key={group}>
              <h3>{text.shell.groups[group]}</h3>
              <dl>
                {rows.map((row) => (
                  <div className="help-row" key={row.label(text)}>
                    <dt>{row.label(text)}</dt>
                    <dd>
                      <Alternatives keys={row.keys ?? []} />
                    </dd>
                  </div>
                ))}
              </dl>
            </section>
          );
        })}
      </div>
    </Modal>
  );
}

/** The same sign with and without Shift is one key to people. */
function Alternatives({ keys }: { readonly keys: readonly string[] }) {
  const distinct = keys.filter((key) => !keys.some((other) => key === `shift + ${other}`));
  return distinct.map((key) => (
    <Fragment key={writtenKeys(key, isMac())}>
      <Keys keys={key} />
    </Fragment>
  ));
}
