// The engine's offers in words of the page's language. They are for people to consider.

import type { Offer } from './quick'
import { span } from './times'
import { said, t } from './words.svelte'

export function offerText(offer: Offer): string {
  if (offer.withheld !== undefined) {
    return said(`withheld.${offer.withheld}`, { axis: t(`axis.${offer.axis}`) }) ?? offer.withheld
  }
  if (offer.start_s !== undefined) {
    const time = span(Math.abs(offer.start_s) * 1000)
    return offer.start_s > 0 ? t('offer.later', { time }) : t('offer.earlier', { time })
  }
  if (offer.higher_ft !== undefined) {
    const feet = Math.abs(offer.higher_ft)
    return offer.higher_ft > 0 ? t('offer.higher', { feet }) : t('offer.lower', { feet })
  }
  return t('offer.aside', {
    km: ((offer.offset_m ?? 0) / 1000).toFixed(1),
    azimuth: String(Math.round(offer.azimuth_deg ?? 0) % 360).padStart(3, '0'),
  })
}
