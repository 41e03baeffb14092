import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig, type Plugin } from 'vite'

// What ships inside the built desk, beside our own code.
const SHIPPED = ['svelte', '@fontsource-variable/noto-sans', '@fontsource-variable/noto-sans-arabic']

/** Put the licences of what ships beside it. */
function licences(): Plugin {
  const text = SHIPPED.map((name) => {
    const folder = new URL(`node_modules/${name}/`, import.meta.url)
    const file = name === 'svelte' ? 'LICENSE.md' : 'LICENSE'
    return `${name}\n\n${readFileSync(new URL(file, folder), 'utf8')}`
  })
  return {
    name: 'licences',
    generateBundle() {
      this.emitFile({ type: 'asset', fileName: 'licences.txt', source: text.join('\n\n') })
    },
  }
}

// base './': the desk works under any path. No asset becomes a data: address: the CSP allows none.
export default defineConfig({
  base: './',
  plugins: [svelte(), licences()],
  resolve: {
    alias: {
      $catalogue: fileURLToPath(new URL('../src/parley/desk/catalogue', import.meta.url)),
    },
  },
  build: {
    target: 'es2023',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 600,
  },
})
