import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  root: 'src/renderer',
  // The same files are served by the coordinator and opened inside the window, from whatever path.
  base: './',
  plugins: [react()],
  build: {
    outDir: '../../dist/ui',
    emptyOutDir: true,
    target: 'chrome130',
    sourcemap: false,
    // No data: URLs: the content security policy allows files of our own only.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1500,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            // The first screen comes as one file: each one more is asked for, looked up and put together by itself.
            { name: 'first', tags: ['$initial'], priority: 3 },
            // The terminal is large and not on the first screen.
            { name: 'xterm', test: /node_modules[\\/]@xterm/, priority: 2 },
          ],
        },
      },
    },
  },
});
