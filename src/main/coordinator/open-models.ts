/** What stands between engines and models, put together: accounts and their sign-ins, limits, the proxy. */
import type { Conditions } from './conditions.ts';
import type { Admission, ModelSupply } from './gateway/models/port.ts';
import {
  openAccounts,
  type ModelAccounts,
  type OpenAccountsDeps,
} from './gateway/sessions/open-accounts.ts';
import { createSupply } from './gateway/supply.ts';

export interface OpenModelsDeps extends Omit<OpenAccountsDeps, 'tell'> {
  readonly conditions: Conditions;
}

export interface Models extends ModelAccounts {
  readonly admission: Pick<Admission, 'states'>;
  readonly supply: ModelSupply;
}

/** @throws when the disk fails */
export function openModels({ conditions, ...deps }: OpenModelsDeps): Models {
  const own = openAccounts({
    ...deps,
    tell(trouble) {
      if (trouble === null) conditions.clear('model_sign_in');
      else conditions.set('model_sign_in', trouble);
    },
  });
  const admission = { states: () => [], onChange: () => () => {} };
  const supply = createSupply({ ...own, ...deps, admission });
  return {
    ...own,
    admission,
    supply,
    close() {
      supply.close();
      own.close();
    },
  };
}
