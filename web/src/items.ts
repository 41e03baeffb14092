// What an item of the inbox says, in the language of the page where the catalogue has its code.

import type { Item } from './shapes'
import { dayAndTime } from './times'
import { said } from './words.svelte'

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/

export function itemText(item: Item): string {
  const values: Record<string, string | number> = {}
  for (const [name, value] of Object.entries(item.says.values)) {
    if (typeof value === 'number') values[name] = value
    else if (typeof value === 'string') values[name] = INSTANT.test(value) ? dayAndTime(value) : value
    else values[name] = '?'
  }
  return said(`says.${item.says.code}`, values) ?? item.text
}

/** A numbered phrase in the language of the page, whatever language it was sent in. */
export function phraseText(phrase: Record<string, unknown>, language: string): string {
  const text = phrase[language] ?? phrase['en']
  return typeof text === 'string' ? text : ''
}
