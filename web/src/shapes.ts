// What the node answers with, as far as the desk reads it. The node's own schema is openapi.json.

export interface Channel {
  channel: string
  title: { lang: string; text: string }
  in_force_from: string
  fingerprint: string
  status: string
  banner: string
  members: { name: string; code: string; role: string; languages: string[] }[]
  day_zone: string
  places: { names: { lang: string; text: string }[] }[]
  own_party: string | null
  unread: number
}

export interface NodeState {
  name: string
  display: string
  role: string
  status: string
  banner: string
  version: string
  now: string
  read_only: Record<string, string>
  channels: Channel[]
  legal: string
}

export type ItemState = 'waiting' | 'overdue' | 'answered' | 'dismissed'
export type ReadBackField = 'place' | 'from' | 'until' | 'lower' | 'upper'

export interface Item {
  id: string
  sort: 'notice' | 'answer' | 'conflict' | 'advisory' | 'delivery'
  record: string | null
  number: string | null
  check: string | null
  kind: string | null
  title: string
  author: string | null
  urgent: boolean
  why_urgent: 'priority' | 'lead_time' | null
  due: string | null
  left_ms: number | null
  since: string | null
  state: ItemState
  readback_fields: ReadBackField[]
  readback_asked: boolean
  text: string
  says: { code: string; values: Record<string, unknown> }
  own: Side | null
  other: Side | null
  phrase: Record<string, unknown> | null
  dismissed: { by: string; reason: string; at: string } | null
  opened: { by: string; reason: string; at: string } | null
}

export interface Side {
  party?: string
  record: string
  number: string | null
  title: string
  role?: string
}

export interface Inbox {
  channel: string
  now: string
  banner: string
  items: Item[]
}

export interface PlainRow {
  label: string
  lines: string[]
  lang: string
}

export interface RecordFull {
  number: string | null
  check_code: string | null
  name: string
  kind: string | null
  title: string | null
  author: string
  priority: string | null
  issued: string | null
  status: string | null
  body: Record<string, unknown> | null
  refs: { role: string; record: string; number: string | null }[]
  plain: PlainRow[]
  grades: { grade: string; holder: string; at: string; stance: string | null; says: string }[]
  known: string
  legal: string
}

export interface Published {
  name: string
  number: string
  check_code: string
  origin: string
  index: number
}

export interface Occupied {
  subject: string
  party: string
  role: 'activity' | 'zone'
  title: string
  from: string
  until: string | null
  records: { name: string; number: string | null; check_code: string; kind: string }[]
}
