/** Whether whoever sits here may do something. Until the coordinator has said who that is, it looks as if. */
import { may } from '../../shared/access.ts';
import type { Me } from '../../shared/contract-access.ts';
import type { Permission } from '../../shared/operation.ts';
import { useUi } from '../context.ts';

export function useMay(permission: Permission): boolean {
  return useUi(({ me }) => mayDo(me, permission));
}

/** @param me `null`: not known yet */
export function mayDo(me: Me | null, permission: Permission): boolean {
  return me === null || may(me.role, permission);
}
