/** The frame around the screens: sidebar, palette, help. */
export const enShell = {
  sidebar: 'Sidebar',
  fold: 'Fold the sidebar',
  unfold: 'Unfold the sidebar',
};
