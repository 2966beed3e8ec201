/** How the app's updates stand, as the native program says; and what can be ordered of them. */
import { useEffect, useState } from 'react';
import type { UpdateOrder, UpdateView } from '../../shared/update.ts';

export interface UpdateHand {
  /** `null`: not known yet, or a browser. */
  readonly view: UpdateView | null;
  order(order: UpdateOrder): void;
}

export function useUpdate(): UpdateHand {
  const [view, setView] = useState<UpdateView | null>(null);
  useEffect(() => {
    const stop = window.koubou?.onUpdate(setView);
    void window.koubou?.update({ do: 'look' }).then(setView);
    return stop;
  }, []);
  return {
    view,
    order: (order) => void window.koubou?.update(order).then(setView),
  };
}
