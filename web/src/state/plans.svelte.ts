// Our own plans that still hold, as the view of the air has them; the one a key would change.

import { ask } from '../api'
import type { Occupied } from '../shapes'
import { inTurn } from '../turns'
import { clock } from './clock.svelte'
import { desk } from './desk.svelte'

class Plans {
  own: Occupied[] | null = $state.raw(null)
  error: unknown = $state.raw(null)
  /** The subject chosen; without one it is the plan that starts next. */
  chosen = $state('')

  get current(): Occupied | undefined {
    return this.own?.find((each) => each.subject === this.chosen) ?? this.own?.[0]
  }

  readonly look = inTurn(() => this.gather())

  private async gather(): Promise<void> {
    const party = desk.channel?.own_party
    if (party === undefined || party === null) return
    try {
      const view = await ask<{ data: { occupied: Occupied[] } }>('GET', desk.path('/views/air'))
      this.own = view.data.occupied
        .filter((each) => each.party === party)
        .filter((each) => each.until === null || Date.parse(each.until) >= clock.now)
        .sort((a, b) => a.from.localeCompare(b.from))
      this.error = null
    } catch (refused) {
      this.error = refused
    }
  }
}

export const plans = new Plans()
