// The calls of this channel that are not written up, and how one begins with one key.

import { ask } from '../api'
import type { Card, Post } from '../calls'
import type { Published } from '../shapes'
import { inTurn } from '../turns'
import { clock } from './clock.svelte'
import { desk } from './desk.svelte'
import { router } from './router.svelte'

class Calls {
  open: Card[] = $state.raw([])
  posts: Record<string, Post[]> = $state.raw({})
  /** When the cards came, by the node's clock: their timers run on from there. */
  at = $state(0)
  /** The record that the last card became. */
  finished: Published | null = $state.raw(null)
  error: unknown = $state.raw(null)

  /** The card on the page: the one in the address, else the last begun. */
  get current(): Card | undefined {
    const wanted = Number(router.now.rest)
    return this.open.find((each) => each.id === wanted) ?? this.open.at(-1)
  }

  readonly look = inTurn(() => this.gather())

  private async gather(): Promise<void> {
    try {
      const found = await ask<{ calls: Card[]; posts: Record<string, Post[]> }>(
        'GET',
        desk.path('/calls'),
      )
      this.open = found.calls
      this.posts = found.posts
      this.at = clock.now
    } catch (refused) {
      this.error = refused
    }
  }

  /** Start the clock of a new card, about a record if one is in sight. */
  async begin(about: string | null): Promise<void> {
    this.error = null
    this.finished = null
    const others = (desk.channel?.members ?? []).filter(
      (each) => each.role !== 'mirror' && each.name !== desk.channel?.own_party,
    )
    const only = others.length === 1 ? others[0] : undefined
    const asked = {
      ...(about === null ? {} : { about }),
      ...(only === undefined ? {} : { to: only.name }),
    }
    try {
      const card = await ask<Card>('POST', desk.path('/calls'), asked)
      this.put(card)
      router.go('calls', String(card.id))
    } catch (refused) {
      this.error = refused
      router.go('calls')
    }
  }

  /** Take a card as the node has just given it. */
  put(card: Card): void {
    const others = this.open.filter((each) => each.id !== card.id)
    this.open = card.state === 'open' ? [...others, card].sort((a, b) => a.id - b.id) : others
    this.at = clock.now
  }
}

export const calls = new Calls()
