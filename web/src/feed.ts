// What happens on the node, as server-sent events, read by hand: a browser's EventSource tells
// nobody of the comments by which a quiet line shows that it lives.

export interface Told {
  id: string
  kind: string
  data: Record<string, unknown>
}

/** `live`: frames come; `stale`: none came for STALE_MS, or the line is being sought again. */
export type FeedState = 'seeking' | 'live' | 'stale' | 'refused'

export const STALE_MS = 5000
const FIRST_PAUSE_MS = 500
const LONGEST_PAUSE_MS = 15_000

export interface Listener {
  told(event: Told): void
  state(now: FeedState): void
  /** From here on every event is told; ask again for what happened before. */
  resumed(): void
}

/** The feed from `start` to `stop`: resumes behind the last event, backs off up to a cap. */
export class Feed {
  private last = ''
  private heard = 0
  private failures = 0
  private ends: AbortController | null = null
  private watch: ReturnType<typeof setInterval> | undefined
  private retry: ReturnType<typeof setTimeout> | undefined
  private shown: FeedState = 'seeking'

  constructor(
    private readonly url: string,
    private readonly listener: Listener,
  ) {}

  start(): void {
    this.heard = Date.now()
    this.watch = setInterval(() => this.look(), 500)
    void this.open()
  }

  stop(): void {
    clearInterval(this.watch)
    clearTimeout(this.retry)
    this.ends?.abort()
    this.ends = null
  }

  /** Try at once instead of waiting for the pause to end. */
  hurry(): void {
    if (this.shown === 'live' || this.ends !== null) return
    clearTimeout(this.retry)
    void this.open()
  }

  private show(state: FeedState): void {
    if (state === this.shown) return
    this.shown = state
    this.listener.state(state)
  }

  private look(): void {
    if (this.shown === 'stale' || this.shown === 'refused') return
    if (Date.now() - this.heard <= STALE_MS) return
    this.show('stale')
    // a line that lives says so every second or two: this one is dead, though nobody closed it
    this.ends?.abort()
  }

  private async open(): Promise<void> {
    const ends = new AbortController()
    this.ends = ends
    const headers: Record<string, string> = { Accept: 'text/event-stream' }
    if (this.last !== '') headers['Last-Event-ID'] = this.last
    const patience = setTimeout(() => ends.abort(), STALE_MS)
    try {
      const answer = await fetch(this.url, {
        headers,
        credentials: 'same-origin',
        cache: 'no-store',
        signal: ends.signal,
      })
      clearTimeout(patience)
      if (answer.status === 401 || answer.status === 403) {
        this.show('refused')
        return
      }
      if (!answer.ok || answer.body === null) throw new Error('no stream')
      await this.read(answer.body)
    } catch {
      // the pause below says all there is to say
    }
    clearTimeout(patience)
    this.ends = null
    if (this.watch !== undefined && this.shown !== 'refused') this.again()
  }

  private again(): void {
    if (this.shown === 'live') this.show('stale')
    const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** this.failures)
    this.failures += 1
    // jitter, so that ten desks do not knock at once
    this.retry = setTimeout(() => void this.open(), pause * (0.5 + Math.random() / 2))
  }

  private async read(body: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
    const reader = body.pipeThrough(new TextDecoderStream()).getReader()
    let rest = ''
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      this.heard = Date.now()
      this.failures = 0
      if (this.shown !== 'live') {
        this.show('live')
        this.listener.resumed()
      }
      const frames = (rest + value).split('\n\n')
      rest = frames.pop() ?? ''
      for (const frame of frames) this.take(frame)
    }
  }

  private take(frame: string): void {
    const told: Told = { id: '', kind: 'message', data: {} }
    let data = ''
    for (const line of frame.split('\n')) {
      const colon = line.indexOf(':')
      if (colon <= 0) continue
      const value = line.slice(colon + 1).replace(/^ /, '')
      const name = line.slice(0, colon)
      if (name === 'id') told.id = value
      else if (name === 'event') told.kind = value
      else if (name === 'data') data += value
    }
    if (data === '') return
    if (told.id !== '') this.last = told.id
    try {
      told.data = JSON.parse(data) as Record<string, unknown>
    } catch {
      return
    }
    this.listener.told(told)
  }
}
