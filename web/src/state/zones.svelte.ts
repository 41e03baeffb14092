// The zones of two of the three clocks, as an officer set them on this computer.

import { keep, kept } from '../keeping'

class Zones {
  theatre: string | undefined = $state(kept('zone.theatre') ?? undefined)
  own: string | undefined = $state(kept('zone.own') ?? undefined)

  set(theatre: string, own: string): void {
    this.theatre = theatre
    this.own = own
    keep('zone.theatre', theatre)
    keep('zone.own', own)
  }
}

export const zones = new Zones()
