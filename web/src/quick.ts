// What `POST quick` answers: a line read, echoed in full, and compared. Nothing is stored by it.

export interface PlaceEcho {
  stated: string
  decimal: string
  dms: string
  mgrs: string
  precision_m: number
}

export interface TimeEcho {
  utc: string
  dtg: string
  local: string
  zone: string
}

export interface Offer {
  axis: 'time' | 'level' | 'lateral'
  start_s?: number
  higher_ft?: number
  offset_m?: number
  azimuth_deg?: number
  side?: string
  withheld?: string
  zones?: string[]
}

export interface Met {
  id: string
  verdict: string
  other: { id: string; party: string; title: string; role: string; records: string[] }
  closest: {
    lateral_m: number
    vertical_m: number | null
    time_gap_s: number
    position: [number, number]
    from: string
    until: string | null
  }
  broken: string[]
  open: string[]
  offers: Offer[]
}

export interface Quick {
  kind: string
  body: Record<string, unknown> & { title: string }
  echo: {
    places: PlaceEcho[]
    radius: { stated: string; m: number }
    lower: string
    upper: string
    from: TimeEcho
    until: TimeEcho
    lasts_ms: number
    starts_in_ms: number
    notes: { code: string; values: Record<string, string>; text: string }[]
    text: string
  }
  conflicts: { clear: boolean; conflicts: Met[] }
}
