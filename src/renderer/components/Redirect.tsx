/** Leads on to another address, again each time somebody comes to this one, also while the way there is still loading. */
import { Navigate, useLocation } from 'react-router';

export function Redirect({ to }: { readonly to: string }) {
  // The router leads on once per element; an address that is opened anew has another key.
  const { key } = useLocation();
  return <Navigate key={key} to={to} replace />;
}
