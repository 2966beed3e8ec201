/** How this app came onto the PC, asked of the native program once. */
import { useEffect, useState } from 'react';
import type { Installation } from '../../shared/bridge.ts';

/** `null`: not known yet, or a browser. */
export function useInstallation(): Installation | null {
  const [installation, setInstallation] = useState<Installation | null>(null);
  useEffect(() => void window.koubou?.getInstallation().then(setInstallation), []);
  return installation;
}
