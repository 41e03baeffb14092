// Which page is shown: the part of the address behind `#`, which no server sees.

import type { Key } from '../words.svelte'

export const PAGES = [
  'inbox',
  'entry',
  'plans',
  'phrases',
  'drafts',
  'calls',
  'watch',
  'relief',
  'conference',
  'alarms',
  'first',
  'accounts',
  'own',
] as const

export type PageName = (typeof PAGES)[number]

export function pageTitle(name: PageName): Key {
  return `nav.${name}`
}

interface Address {
  page: PageName
  rest: string
  /** The secret of a one-time link, if that is what brought somebody here. */
  link: string | null
}

function read(hash: string): Address {
  const [, first = '', ...others] = hash.replace(/^#/, '').split('/')
  const rest = decodeURIComponent(others.join('/'))
  if (first === 'link') return { page: 'first', rest: '', link: rest }
  const page = PAGES.find((name) => name === first) ?? 'inbox'
  return { page, rest, link: null }
}

class Router {
  now: Address = $state(read(location.hash))

  constructor() {
    addEventListener('hashchange', () => {
      this.now = read(location.hash)
    })
  }

  go(page: PageName, rest = ''): void {
    const hash = `#/${page}${rest === '' ? '' : `/${encodeURIComponent(rest)}`}`
    if (location.hash === hash) return
    location.hash = hash
  }

  /** Take a used link out of the address, and out of the browser's history. */
  forget(): void {
    history.replaceState(null, '', '#/first')
    this.now = read('#/first')
  }
}

export const router = new Router()
