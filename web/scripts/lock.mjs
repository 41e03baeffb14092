// Takes out of package-lock.json what names hosts and no build needs: where to send money.
// Run by `npm run lock`, after npm has written the file.
import { readFileSync, writeFileSync } from 'node:fs'

const path = new URL('../package-lock.json', import.meta.url)
const lock = JSON.parse(readFileSync(path, 'utf8'))
for (const entry of Object.values(lock.packages)) {
  delete entry.funding
  delete entry.resolved
}
writeFileSync(path, JSON.stringify(lock, null, 2) + '\n')
