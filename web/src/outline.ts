// The body of a draft in lines that a person can check: degrees, metres, UTC. Nothing is left out.

import { dayAndTime } from './times'

export interface Row {
  label: string
  text: string
}

type Json = unknown

function isObject(value: Json): value is Record<string, Json> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function degrees(latE7: number, lonE7: number): string {
  const lat = `${(Math.abs(latE7) / 1e7).toFixed(7)} ${latE7 < 0 ? 'S' : 'N'}`
  return `${lat} ${(Math.abs(lonE7) / 1e7).toFixed(7)} ${lonE7 < 0 ? 'W' : 'E'}`
}

/** A level as a person states it: `FL150`, `5000 FT AMSL`, `SFC`. */
export function level(value: Json): string {
  if (typeof value === 'string') return value
  if (!isObject(value) || typeof value['e4m'] !== 'number') return JSON.stringify(value)
  const units = String(value['units'])
  const reference = String(value['reference'])
  const amount = value['e4m'] / (units === 'FT' ? 3048 : 10_000)
  if (units === 'FT' && reference === 'STD' && amount % 100 === 0) {
    return `FL${String(amount / 100).padStart(3, '0')}`
  }
  return `${amount} ${units} ${reference}`
}

/** Write a body row by row. */
export function outline(value: Json, label = ''): Row[] {
  if (Array.isArray(value)) {
    return value.flatMap((each: Json, i) => {
      return outline(each, value.length > 1 ? `${label} ${i + 1}` : label)
    })
  }
  if (!isObject(value)) return [{ label, text: scalar(label, value) }]
  if ('lat_e7' in value && 'lon_e7' in value) {
    const at = { label, text: degrees(Number(value['lat_e7']), Number(value['lon_e7'])) }
    const rest = Object.entries(value).filter(([name]) => !/^(lat|lon)_e7$/.test(name))
    return [at, ...rest.flatMap(([name, item]) => outline(item, joined(label, name)))]
  }
  if ('e4m' in value && 'reference' in value) return [{ label, text: level(value) }]
  if ('lang' in value && 'text' in value && Object.keys(value).length === 2) {
    return [{ label, text: String(value['text']) }]
  }
  return Object.entries(value).flatMap(([name, item]) => outline(item, joined(label, name)))
}

function joined(label: string, name: string): string {
  const plain = name.replace(/_/g, ' ')
  return label === '' ? plain : `${label}, ${plain}`
}

function scalar(label: string, value: Json): string {
  if (typeof value === 'number') {
    // an instant of this era in milliseconds is larger than any length in a record
    if (/(start|end|at|until|from|to|by)( ms)?$/.test(label) && value > 1e11) return dayAndTime(value)
    if (label.endsWith(' e4m')) return `${value / 10_000} m`
    return String(value)
  }
  return value === null ? '–' : String(value)
}

/** The line of quick entry that says a body but for its times; null where no line could. */
export function lineOf(body: Record<string, Json>): string | null {
  const volumes = body['volumes']
  if (!Array.isArray(volumes) || volumes.length !== 1 || !isObject(volumes[0])) return null
  const { shape, lower, upper } = volumes[0]
  if (!isObject(shape) || lower === undefined || upper === undefined) return null
  const around = shape['type'] === 'circle' ? shape['radius_e4m'] : shape['half_width_e4m']
  const points = shape['type'] === 'circle' ? [shape['center']] : shape['line']
  if (typeof around !== 'number' || !Array.isArray(points)) return null
  const places = points.map((each: Json) => {
    if (!isObject(each)) return ''
    return degrees(Number(each['lat_e7']), Number(each['lon_e7']))
  })
  const miles = around / 18_520_000
  const radius = Number.isInteger(miles) ? `${miles}NM` : `${around / 10_000}M`
  return `${places.join(' > ')} r${radius} ${level(lower)}-${level(upper)} `
}
