// Who sits at this desk.

import { ask, onExpired, useToken } from '../api'

export interface Who {
  name: string
  display: string
  post: string
  roles: string[]
  rights: string[]
  csrf: string
  status: string
  banner: string
  language: string
  expires: string
}

class Session {
  who: Who | null = $state(null)
  asked = $state(false)
  /** True once a session was there and has gone: what was typed must survive the log-in. */
  ended = $state(false)

  /** Ask whether somebody is logged in already. */
  async look(): Promise<void> {
    try {
      this.take(await ask<Who>('GET', '/session'))
    } catch {
      this.who = null
    }
    this.asked = true
  }

  take(who: Who): void {
    useToken(who.csrf)
    this.who = who
    this.ended = false
    document.documentElement.dataset['status'] = who.status
  }

  async leave(): Promise<void> {
    await ask('DELETE', '/session')
    useToken('')
    this.who = null
  }

  expire(): void {
    if (this.who === null) return
    useToken('')
    this.ended = true
  }

  may(right: 'WRITE' | 'RELEASE' | 'ADMINISTER'): boolean {
    return this.who?.rights.some((each) => each.toUpperCase() === right) ?? false
  }
}

export const session = new Session()
onExpired(() => session.expire())
