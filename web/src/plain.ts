// The plain lines of a record are in English; those that are sentences have words of the page too.

import { t } from './words.svelte'

const SENTENCES: [RegExp, (found: string) => string][] = [
  [/^everything within (.+) of$/, (length) => t('plain.around', { length })],
  [/^everything within (.+) of the line through$/, (length) => t('plain.along', { length })],
  [/^the area inside the ring$/, () => t('plain.ring')],
  [/^without the hole$/, () => t('plain.hole')],
  [/^withdrawn \(no end is stated\)$/, () => t('plain.endless')],
]

/** Put a line into the language of the page where that is known; what is not stays as it is. */
export function plainLine(line: string): string {
  for (const [form, says] of SENTENCES) {
    const found = form.exec(line)
    if (found !== null) return says(found[1] ?? '')
  }
  return line
}

/** Tell whether a line is figures, which keep their columns and run from left to right. */
function isExact(line: string): boolean {
  return /^(decimal|DMS|MGRS|height|\d+\. |\s{2,}|\d{4}-\d\d-\d\dT)/.test(line)
}

/** Put lines that belong together together: figures as one block, sentences as another. */
export function blocks(lines: string[]): { exact: boolean; lines: string[] }[] {
  const found: { exact: boolean; lines: string[] }[] = []
  for (const line of lines) {
    const exact = isExact(line)
    const last = found.at(-1)
    if (last !== undefined && last.exact === exact) last.lines.push(line)
    else found.push({ exact, lines: [line] })
  }
  return found
}
