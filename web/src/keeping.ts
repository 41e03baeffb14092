// What stays on this computer between two sessions: the look of the page, never what it showed.

const PREFIX = 'parley.'

export function kept(name: string): string | null {
  try {
    return localStorage.getItem(PREFIX + name)
  } catch {
    return null // storage may be forbidden: the desk works without
  }
}

export function keep(name: string, value: string): void {
  try {
    localStorage.setItem(PREFIX + name, value)
  } catch {
    // as above
  }
}
