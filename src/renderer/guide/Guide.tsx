/** Three steps to a workshop. Each ticks itself off when it is done, and says what to do until then. */
import { Button } from '@mantine/core';
import { IconBrandGithub, IconCheck, IconPlus, IconTicket } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { CopyLine } from '../components/CopyLine.tsx';
import { useApp, useText } from '../context.ts';
import { useInstallation } from '../native/use-installation.ts';
import './guide.css';
import type { Steps } from './use-steps.ts';

export interface GuideProps {
  readonly steps: Steps;
  /** True where the form of a new task stands beside it. */
  readonly hasForm?: boolean;
}

export function Guide({ steps, hasForm = false }: GuideProps) {
  return (
    <ol className="guide" data-testid="guide">
      <EngineStep engine={steps.engine} />
      <TaskStep isDone={steps.hasTasks} hasForm={hasForm} />
      <AgentStep others={steps.others} />
    </ol>
  );
}

function EngineStep({ engine }: { readonly engine: Steps['engine'] }) {
  const { guide, engines, accounts } = useText();
  const { engine: words } = guide;
  return (
    <Step name="engine" title={words.title} isDone={engine?.isReady === true}>
      {engine === null && <p>{words.looking}</p>}
      {engine?.isReady === true && <p>{words.ready(engines[engine.kind], engine.version ?? '')}</p>}
      {engine?.isReady === false && (
        <>
          <p>{words.missing}</p>
          <CopyLine text={words.command} />
          <p className="faint">{words.found}</p>
          <p>{words.orAccount}</p>
          <div className="guide-buttons">
            <Button
              component={Link}
              to="/settings/accounts"
              variant="default"
              data-testid="guide-account"
            >
              {accounts.add}
            </Button>
          </div>
        </>
      )}
    </Step>
  );
}

function TaskStep({ isDone, hasForm }: { readonly isDone: boolean; readonly hasForm: boolean }) {
  const { task: words } = useText().guide;
  const { ui } = useApp();
  return (
    <Step name="task" title={words.title} isDone={isDone}>
      <p>{isDone ? words.done : words.text}</p>
      {!isDone && !hasForm && (
        <Button
          leftSection={<IconPlus size={14} />}
          onClick={() => ui.setState({ isNewTaskOpen: true })}
        >
          {words.create}
        </Button>
      )}
      {!isDone && (
        <>
          <FromGitHub />
          <p className="faint">{words.demo}</p>
          <DemoCommand />
        </>
      )}
    </Step>
  );
}

/** A browser shows a coordinator that somebody started by this name. */
const IN_BROWSER = 'koubou serve --demo';

function DemoCommand() {
  const installation = useInstallation();
  if (installation === null && window.koubou) return null;
  return <CopyLine text={installation?.demoCommand ?? IN_BROWSER} />;
}

/** A first task may as well be an issue. */
function FromGitHub() {
  const { github } = useText();
  const { ui } = useApp();
  return (
    <>
      <p>{github.guide.text}</p>
      <div className="guide-buttons">
        <Button
          component={Link}
          to="/settings/github"
          variant="default"
          leftSection={<IconBrandGithub size={14} />}
          data-testid="guide-github"
        >
          {github.guide.go}
        </Button>
        <Button
          variant="default"
          onClick={() => ui.setState({ imports: [], picking: { repo: '' } })}
        >
          {github.guide.pick}
        </Button>
      </div>
    </>
  );
}

function AgentStep({ others }: { readonly others: number }) {
  const { agent: words } = useText().guide;
  const { ui } = useApp();
  return (
    <Step name="agent" title={words.title} isDone={others > 0}>
      <p>{others > 0 ? words.done(others) : `${words.text} ${words.optional}`}</p>
      <div className="guide-buttons">
        <Button
          variant="default"
          leftSection={<IconPlus size={14} />}
          onClick={() => ui.setState({ isAddingHosts: true })}
          data-testid="guide-add"
        >
          {words.add}
        </Button>
        <Button
          variant="default"
          leftSection={<IconTicket size={14} />}
          onClick={() => ui.setState({ isInviting: true })}
        >
          {words.invite}
        </Button>
      </div>
    </Step>
  );
}

interface StepProps {
  readonly name: string;
  readonly title: string;
  readonly isDone: boolean;
  readonly children: ReactNode;
}

function Step({ name, title, isDone, children }: StepProps) {
  const { guide } = useText();
  return (
    <li className="guide-step" data-done={isDone} data-testid={`guide-${name}`}>
      <span className="guide-mark" aria-hidden="true">
        {isDone && <IconCheck size={15} stroke={2.5} />}
      </span>
      <div>
        <h2>
          {title}
          <span className="unseen">{`, ${isDone ? guide.done : guide.open}`}</span>
        </h2>
        {children}
      </div>
    </li>
  );
}
