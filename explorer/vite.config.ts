import { resolve } from 'node:path'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

// The base is absolute because routes are nested ("/thread/T_…"): a relative
// asset address would be looked for below the route.
export default defineConfig({
  base: '/',
  plugins: [react()],
  build: {
    target: 'es2022',
    manifest: true,
    // Monaco is one chunk of 2.8 MB; scripts/finish.mjs holds the budgets that count.
    chunkSizeWarningLimit: 3000,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      // GraphiQL's packages carry hints for a compiler that has already run on them.
      checks: { moduleLevelDirective: false },
      input: {
        explorer: resolve(import.meta.dirname, 'index.html'),
        playground: resolve(import.meta.dirname, 'playground.html'),
      },
    },
  },
  worker: { format: 'es' },
  server: {
    proxy: {
      '^/(graphql|attachments/|messages/)': process.env['SKEIN_API'] ?? 'http://127.0.0.1:8080',
    },
  },
})
