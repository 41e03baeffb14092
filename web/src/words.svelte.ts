// What the desk says, in three languages. A key that is missing in one fails the type check.

import ar from '$catalogue/ar.json'
import en from '$catalogue/en.json'
import ru from '$catalogue/ru.json'
import { kept, keep } from './keeping'

export type Key = keyof typeof en
export type Language = 'en' | 'ru' | 'ar'
export const LANGUAGES: readonly Language[] = ['en', 'ru', 'ar']

const CATALOGUE: Record<Language, Record<Key, string>> = { en, ru, ar }

export function isLanguage(text: string | null | undefined): text is Language {
  return text === 'en' || text === 'ru' || text === 'ar'
}

function firstLanguage(): Language {
  const stored = kept('language')
  if (isLanguage(stored)) return stored
  const wanted = navigator.languages.map((tag) => tag.slice(0, 2))
  return wanted.find(isLanguage) ?? 'en'
}

class Words {
  language: Language = $state(firstLanguage())

  /** Choose the language of the page; it stays on this computer. */
  choose(language: Language): void {
    this.language = language
    keep('language', language)
  }

  get direction(): 'ltr' | 'rtl' {
    return this.language === 'ar' ? 'rtl' : 'ltr'
  }

  /** Latin digits in every language: a number is read aloud to the other side. */
  get locale(): string {
    return { en: 'en-GB', ru: 'ru', ar: 'ar-u-nu-latn' }[this.language]
  }
}

export const words = new Words()

// First strong isolate, and its end: by number, since written out they would turn this line around.
const ISOLATE = String.fromCharCode(0x2068)
const END = String.fromCharCode(0x2069)

type Values = Record<string, string | number>

/** Say something; each value is isolated, so that it keeps its own direction. */
export function t(key: Key, values?: Values): string {
  return filled(CATALOGUE[words.language][key], values)
}

/** Say something whose key comes from the node; null where the catalogue does not have it. */
export function said(key: string, values?: Values): string | null {
  const text = (CATALOGUE[words.language] as Record<string, string>)[key]
  return text === undefined ? null : filled(text, values)
}

function filled(text: string, values: Values = {}): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name]
    return value === undefined ? whole : `${ISOLATE}${value}${END}`
  })
}
