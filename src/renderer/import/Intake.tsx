/** Everything that takes work in from outside: the veil over a drag, and the import sheet. Stands once, in the shell. */
import { useUi } from '../context.ts';
import { selectImports } from '../store/selectors.ts';
import { DropVeil } from './DropVeil.tsx';
import { ImportSheet } from './ImportSheet.tsx';
import { useIntake } from './use-intake.ts';

export function Intake() {
  const seen = useIntake();
  const isShown = useUi(selectImports) !== null;
  return (
    <>
      <ImportSheet isShown={isShown} />
      {seen && <DropVeil seen={seen} />}
    </>
  );
}
