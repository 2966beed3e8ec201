/** What Koubou is: versions, where its data lies, and the licences of all that it is made of. */
import { Button } from '@mantine/core';
import { IconExternalLink, IconFolderOpen } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { Link } from 'react-router';
import type { OutputOf } from '../../shared/contract.ts';
import { CopyLine } from '../components/CopyLine.tsx';
import { Mark } from '../components/Mark.tsx';
import { useApp, useText } from '../context.ts';
import './about.css';
import { Licences } from './Licences.tsx';

export function About() {
  const { about, appName } = useText();
  const { ui } = useApp();
  const info = useStartInfo();
  const here = `${__KOUBOU_VERSION__} (${about.build(__KOUBOU_BUILD__)})`;
  const there = info && `${info.version} (${about.build(info.build)})`;
  return (
    <div className="about" data-testid="about">
      <header>
        <Mark size={44} />
        <div>
          <strong>{appName}</strong>
          <p>{about.tagline}</p>
        </div>
      </header>
      <dl className="panel">
        <dt>{about.window}</dt>
        <dd className="num">{here}</dd>
        <dt>{about.coordinator}</dt>
        <dd className="num" data-testid="about-coordinator">
          {there ?? '…'}
          {there !== null && there !== here && <p role="alert">{about.different}</p>}
        </dd>
        <dt>{about.dataFolder}</dt>
        <dd>
          {info && <CopyLine text={info.dataDir} />}
          {window.koubou && (
            <Button
              variant="default"
              leftSection={<IconFolderOpen size={15} />}
              onClick={() => void window.koubou?.openDataFolder()}
              data-testid="about-open"
            >
              {about.open}
            </Button>
          )}
        </dd>
        <dt>{about.licence}</dt>
        <dd>{about.licenceText}</dd>
        <dt>{about.links}</dt>
        <dd className="about-links">
          <Link to="/guide">{about.guide}</Link>
          <button type="button" onClick={() => ui.setState({ isHelpOpen: true })}>
            {about.keys}
            <IconExternalLink size={13} aria-hidden="true" />
          </button>
        </dd>
      </dl>
      <Licences />
    </div>
  );
}

function useStartInfo(): OutputOf<'start.get'> | null {
  const { session } = useApp();
  const [info, setInfo] = useState<OutputOf<'start.get'> | null>(null);
  useEffect(() => {
    let isCurrent = true;
    void session.api.call('start.get', {}).then((answer) => {
      if (isCurrent && answer.ok) setInfo(answer.value);
    });
    return () => {
      isCurrent = false;
    };
  }, [session]);
  return info;
}
