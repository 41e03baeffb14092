// Instants as an officer reads them. The digits are Latin everywhere, and UTC says so by its Z.

import { t, type Key } from './words.svelte'

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC']

function two(value: number): string {
  return String(value).padStart(2, '0')
}

/** `16:04:05Z` */
export function clockUtc(ms: number): string {
  const at = new Date(ms)
  return `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())}Z`
}

/** `2016-06-16 16:04Z` */
export function dayAndTime(at: string | number): string {
  const iso = new Date(at).toISOString()
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)}Z`
}

/** The date-time group: `161604Z JUN 16` */
export function group(at: string | number): string {
  const d = new Date(at)
  const month = MONTHS[d.getUTCMonth()] ?? ''
  const hours = two(d.getUTCDate()) + two(d.getUTCHours()) + two(d.getUTCMinutes())
  return `${hours}Z ${month} ${two(d.getUTCFullYear() % 100)}`
}

/** The time of day in a zone, to the second; empty where the browser does not know the zone. */
export function clockIn(ms: number, zone: string | undefined): string {
  try {
    const format = new Intl.DateTimeFormat('en-GB', {
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      hourCycle: 'h23',
      ...(zone === undefined ? {} : { timeZone: zone }),
    })
    return format.format(ms)
  } catch {
    return ''
  }
}

/** How long something lasts, with its units: hours are not to be taken for minutes. */
export function span(ms: number): string {
  const over = ms < 0
  const seconds = Math.floor(Math.abs(ms) / 1000)
  const pieces: [number, Key][] = [
    [Math.floor(seconds / 86_400), 'days'],
    [Math.floor((seconds % 86_400) / 3600), 'hours'],
    [Math.floor((seconds % 3600) / 60), 'minutes'],
    [seconds % 60, 'seconds'],
  ]
  const said = pieces.filter(([count]) => count > 0).map(([n, unit]) => `${n}\u00a0${t(unit)}`)
  const text = said.length === 0 ? `0\u00a0${t('seconds')}` : said.join(' ')
  return over ? `\u2212${text}` : text
}

/** Hours, minutes and seconds that are left; with a minus, since when it is over. */
export function left(ms: number): string {
  const over = ms < 0
  const seconds = Math.floor(Math.abs(ms) / 1000)
  const days = Math.floor(seconds / 86_400)
  const clock = [seconds / 3600, (seconds % 3600) / 60, seconds % 60].map(Math.floor)
  const [hours = 0, minutes = 0, rest = 0] = clock
  const text =
    days > 0
      ? `${days} d ${two(hours % 24)}:${two(minutes)}`
      : hours > 0
        ? `${hours}:${two(minutes)}:${two(rest)}`
        : `${minutes}:${two(rest)}`
  return over ? `\u2212${text}` : text
}
