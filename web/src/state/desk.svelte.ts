// What the desk shows: the channel that is open, and what waits in it. Nothing is decided here.

import { ask, part } from '../api'
import { keep, kept } from '../keeping'
import type { Channel, Inbox, Item, NodeState } from '../shapes'
import { soundNew, soundUrgent } from '../sound'
import { inTurn } from '../turns'
import { clock } from './clock.svelte'
import { line } from './line.svelte'

const GATHER_MS = 120
const LOOK_AGAIN_MS = 20_000
const SOUND_EVERY_MS = 8000
const BUSY_MS = 20_000

class Desk {
  node: NodeState | null = $state.raw(null)
  inbox: Inbox | null = $state.raw(null)
  /** What stands in the channels that are not open, by channel: it sounds here all the same. */
  elsewhere: Map<string, Item[]> = $state.raw(new Map())
  /** When the inbox came, by the node's clock: from then on its times left run down here. */
  error: unknown = $state.raw(null)
  /** Raised by one with every change on the node: what a page shows is to be asked again. */
  changes = $state(0)
  private chosen = $state(kept('channel') ?? '')
  private timer: ReturnType<typeof setTimeout> | undefined
  private known = new Set<string>()
  private touched = 0

  get channels(): Channel[] {
    return this.node?.channels ?? []
  }

  /** The channel that is open: the chosen one, else that whose charter came into force last. */
  get channel(): Channel | undefined {
    const latest = [...this.channels].sort((a, b) => (a.in_force_from < b.in_force_from ? 1 : -1))
    return this.channels.find((each) => each.channel === this.chosen) ?? latest[0]
  }

  /** What people know a channel by, how much waits in it first: "!! 2 · At-Tanf (exercise)". */
  label(channel: Channel): string {
    const open = channel.channel === this.channel?.channel
    const items = open ? this.open : (this.elsewhere.get(channel.channel) ?? [])
    const alarm = items.some((item) => item.urgent) ? '!! ' : ''
    const waits = items.length === 0 ? '' : `${items.length} · `
    // isolated: in a page that runs from right to left the parts keep their order
    return `${alarm}${waits}\u2068${channel.title.text}\u2069 (${channel.status})`
  }

  get status(): string {
    return this.channel?.status ?? this.node?.status ?? 'actual'
  }

  get name(): string {
    return this.node?.display ?? ''
  }

  get open(): Item[] {
    return (this.inbox?.items ?? []).filter(stands)
  }

  get waiting(): number {
    return this.open.length
  }

  get urgent(): number {
    return [...this.open, ...[...this.elsewhere.values()].flat()].filter((item) => item.urgent)
      .length
  }

  /** The path of something in the open channel. */
  path(rest: string): string {
    return `/channels/${part(this.channel?.channel ?? '')}${rest}`
  }

  choose(channel: string): void {
    this.chosen = channel
    keep('channel', channel)
    this.inbox = null
    this.known.clear()
    void this.look()
  }

  /** Somebody is at work on something urgent: no need to sound over their head. */
  touch(): void {
    this.touched = Date.now()
  }

  /** Follow the node until the returned function is called. */
  follow(): () => void {
    void this.look()
    const gather = (): void => {
      this.timer ??= setTimeout(() => {
        this.timer = undefined
        void this.look()
      }, GATHER_MS)
    }
    const deaf = line.hear(gather, gather)
    // time alone makes things overdue
    const again = setInterval(gather, LOOK_AGAIN_MS)
    const sound = setInterval(() => this.sound(), SOUND_EVERY_MS)
    return () => {
      deaf()
      clearInterval(again)
      clearInterval(sound)
      clearTimeout(this.timer)
      this.timer = undefined
    }
  }

  /** Ask the node for everything that stands on every page. */
  readonly look = inTurn(() => this.gather())

  private async gather(): Promise<void> {
    try {
      const node = await ask<NodeState>('GET', '')
      clock.set(node.now)
      this.node = node
      if (this.channel !== undefined) {
        const inbox = await ask<Inbox>('GET', this.path('/inbox'))
        if (inbox.channel === this.channel.channel) this.take(inbox, await this.others())
      }
      this.changes += 1
      this.error = null
    } catch (refused) {
      this.error = refused
    }
    document.documentElement.dataset['status'] = this.status
  }

  /** Ask for what stands in every other channel. */
  private async others(): Promise<Map<string, Item[]>> {
    const others = this.channels.filter((each) => each.channel !== this.channel?.channel)
    const inboxes = others.map((each) =>
      ask<Inbox>('GET', `/channels/${part(each.channel)}/inbox`),
    )
    const found = await Promise.all(inboxes)
    return new Map(found.map((each) => [each.channel, each.items.filter(stands)]))
  }

  private take(inbox: Inbox, others: Map<string, Item[]>): void {
    const first = this.inbox === null
    this.inbox = inbox
    this.elsewhere = others
    const every = [...this.open, ...[...others.values()].flat()]
    const fresh = every.filter((item) => !this.known.has(item.id))
    this.known = new Set(every.map((item) => item.id))
    if (fresh.some((item) => item.urgent)) this.sound()
    else if (fresh.length > 0 && !first) soundNew()
  }

  private sound(): void {
    if (this.urgent > 0 && Date.now() - this.touched > BUSY_MS) soundUrgent()
  }
}

/** Tell whether an item still waits for somebody. */
export function stands(item: Item): boolean {
  return item.state === 'waiting' || item.state === 'overdue'
}

export const desk = new Desk()
