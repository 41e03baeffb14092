// The keyboard map. Keys are told by their place, so that they are the same under a Russian or
// Arabic layout; none acts while somebody types, and all can be switched off.

import { keep, kept } from './keeping'
import type { Key } from './words.svelte'

export interface Binding {
  code: string
  shown: string
  says: Key
  act: () => void
}

class Keys {
  on = $state(kept('keys') !== 'off')
  private layers: Binding[][] = $state.raw([])

  switch(on: boolean): void {
    this.on = on
    keep('keys', on ? 'on' : 'off')
  }

  /** Add keys until the returned function is called; the latest layer wins. */
  bind(bindings: Binding[]): () => void {
    this.layers = [...this.layers, bindings]
    return () => {
      this.layers = this.layers.filter((each) => each !== bindings)
    }
  }

  get all(): Binding[] {
    const seen = new Set<string>()
    return [...this.layers]
      .reverse()
      .flat()
      .filter((each) => !seen.has(each.code) && seen.add(each.code))
  }

  press(event: KeyboardEvent): void {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.repeat) return
    if (event.key === 'Escape' && event.target instanceof HTMLElement && types(event.target)) {
      event.target.blur() // from here on the keys act again
      return
    }
    if (!this.on || types(event.target)) return
    // a dialog has its own keys; what lies behind it is out of reach
    if (document.querySelector('dialog[open]') !== null) return
    const code = event.key === '?' ? 'Help' : event.code
    const found = this.all.find((each) => each.code === code)
    if (found === undefined) return
    event.preventDefault()
    found.act()
  }
}

function types(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target instanceof HTMLInputElement) return !['checkbox', 'radio'].includes(target.type)
  return target.isContentEditable || ['TEXTAREA', 'SELECT'].includes(target.tagName)
}

export const keys = new Keys()
addEventListener('keydown', (event) => keys.press(event))
