/** Koubou's mark: 工, a beam on a post over a bench, with the lamp lit. The same drawing as `public/icon.svg`. */
export function Mark({ size = 22 }: { readonly size?: number }) {
  return <img src="./icon.svg" width={size} height={size} alt="" />;
}
