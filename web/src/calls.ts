// A call card as the node keeps it; what it stamps is the node's time, not this computer's.

export interface Post {
  post: string
  deputies: string[]
  languages: string[]
  phone: string | null
  by: 'roster' | 'charter'
}

export interface ScriptItem {
  field: string
  value: string
  spelled: Record<string, string>
}

export interface Card {
  id: number
  channel: string
  state: 'open' | 'finished' | 'dropped'
  started: string
  to: string
  medium: string
  direction: string
  asked_for: string | null
  answered_by: string | null
  language: string | null
  frequency: string | null
  about: string | null
  by: string
  marks: { what: string; at: string }[]
  on_hold: boolean
  wait_ms: number
  talk_ms: number | null
  hold_ms: number
  notes: { field: string; text: string; lang: string; said_at: string; typed_at: string }[]
  ticks: Record<string, { ok: boolean; at: string }>
  script: ScriptItem[]
  record: string | null
}

export interface Times {
  wait: number
  talk: number | null
  hold: number
}

/** Tell whether a call still goes on. */
export function goesOn(card: Card): boolean {
  return card.state === 'open' && card.marks.at(-1)?.what !== 'ended'
}

/** The timers of a card, `since` milliseconds after the node reckoned them. */
export function running(card: Card, since: number): Times {
  const more = goesOn(card) ? Math.max(0, since) : 0
  const answered = card.talk_ms !== null
  return {
    wait: card.wait_ms + (!answered && !card.on_hold ? more : 0),
    talk: card.talk_ms === null ? null : card.talk_ms + (card.on_hold ? 0 : more),
    hold: card.hold_ms + (card.on_hold ? more : 0),
  }
}
