// The line to the node: whether what is shown is fresh, and who wants to hear of events.

import { address } from '../api'
import { Feed, type FeedState, type Told } from '../feed'
import { clock } from './clock.svelte'

type Heard = (event: Told) => void

class Line {
  state: FeedState = $state('seeking')
  /** Since when nothing comes, by the node's clock. */
  since = $state(0)
  private readonly wanted = new Set<Heard>()
  private readonly anew = new Set<() => void>()
  private feed: Feed | null = null

  open(): void {
    if (this.feed !== null) return
    this.state = 'seeking'
    this.since = clock.now
    this.feed = new Feed(address('/events'), {
      told: (event) => this.wanted.forEach((hear) => hear(event)),
      resumed: () => this.anew.forEach((act) => act()),
      state: (now) => {
        if (now !== 'live' && this.state === 'live') this.since = clock.now
        this.state = now
      },
    })
    this.feed.start()
  }

  close(): void {
    this.feed?.stop()
    this.feed = null
    this.state = 'seeking'
  }

  /** Hear of every event, and of the moment from which everything is to be asked again. */
  hear(event: Heard, anew: () => void): () => void {
    this.wanted.add(event)
    this.anew.add(anew)
    return () => {
      this.wanted.delete(event)
      this.anew.delete(anew)
    }
  }

  hurry(): void {
    this.feed?.hurry()
  }
}

export const line = new Line()
addEventListener('online', () => line.hurry())
