// The node's time, kept between its answers by this computer's clock.

const TOO_FAR_MS = 2000
const DAY_MS = 86_400_000

class Clock {
  /** Milliseconds since 1970 by the node's clock; changes every quarter of a second. */
  now = $state(Date.now())
  /** By how much the node's clock is ahead of this computer's, once the node has said. */
  ahead: number | null = $state(null)

  constructor() {
    setInterval(() => {
      this.now = Date.now() + (this.ahead ?? 0)
    }, 250)
  }

  /** Take an instant that the node has just told. */
  set(at: string): void {
    const ahead = Date.parse(at) - Date.now()
    if (Number.isNaN(ahead)) return
    // small differences are the way of the answer, not the clocks
    if (this.ahead === null || Math.abs(this.ahead - ahead) > 500) this.ahead = ahead
    this.now = Date.now() + this.ahead
  }

  /** Whether the node keeps another day than this computer, as an exercise may. */
  get elsewhen(): boolean {
    return this.ahead !== null && Math.abs(this.ahead) > DAY_MS
  }

  /** Seconds by which this computer's clock is off, or null where that does not matter. */
  get off(): number | null {
    if (this.ahead === null || Math.abs(this.ahead) < TOO_FAR_MS) return null
    return Math.round(Math.abs(this.ahead) / 1000)
  }
}

export const clock = new Clock()
