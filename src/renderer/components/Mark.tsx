/** Koubou's mark: a bench under a roof, from the character 工. */
export function Mark({ size = 22 }: { readonly size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 64 64" aria-hidden="true">
      <rect width="64" height="64" rx="15" fill="#4c63dd" />
      <path d="M14 17h36v7H14zM28.5 24h7v17h-7zM10 41h44v7H10z" fill="#fff" />
      <rect x="40" y="29.5" width="8" height="8" rx="1.5" fill="#ffd27d" />
    </svg>
  );
}
