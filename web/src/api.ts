// Requests to this desk's own node, and its refusals: problem details (RFC 9457) with stable codes.

export interface Refusal {
  type: string
  title: string
  status: number
  detail: string
  code: string
  where: string
  hint: string
}

/** A refusal of the node, or `line-out` when there was no answer at all. */
export class Refused extends Error {
  readonly code: string
  readonly status: number
  readonly where: string
  readonly hint: string
  readonly retryAfter: number | null

  constructor(refusal: Partial<Refusal>, retryAfter: number | null = null) {
    super(refusal.detail ?? '')
    this.code = refusal.code ?? 'unexpected'
    this.status = refusal.status ?? 0
    this.where = refusal.where ?? ''
    this.hint = refusal.hint ?? ''
    this.retryAfter = retryAfter
  }
}

/** The address of an API path, beside the folder from which the page came. */
export function address(path: string): string {
  return new URL(`../v1${path}`, new URL('./', document.baseURI)).href
}

/** The codes by which the node says that nobody is logged in. */
const ENDED: ReadonlySet<string> = new Set(['account-needed', 'desk-token'])

let token = ''
let expired: () => void = () => undefined

/** Take the token that every unsafe request carries against forgery by other sites. */
export function useToken(csrf: string): void {
  token = csrf
}

/** Say what to do when the node no longer knows the session. */
export function onExpired(act: () => void): void {
  expired = act
}

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'

/** Ask the node; throws `Refused`. An answer without content is `null`. */
export async function ask<T>(method: Method, path: string, body?: unknown): Promise<T> {
  const headers: Record<string, string> = { Accept: 'application/json' }
  if (method !== 'GET' && token !== '') headers['X-Parley-CSRF'] = token
  if (body !== undefined) headers['Content-Type'] = 'application/json'
  let answer: Response
  try {
    answer = await fetch(address(path), {
      method,
      headers,
      credentials: 'same-origin',
      body: body === undefined ? null : JSON.stringify(body),
    })
  } catch {
    throw new Refused({ code: 'line-out' })
  }
  if (answer.ok) {
    const text = await answer.text()
    return (text === '' ? null : JSON.parse(text)) as T
  }
  const refusal = await refused(answer)
  // not every 401 is the end of the session: a second officer's password may be wrong
  if (token !== '' && ENDED.has(refusal.code)) expired()
  throw refusal
}

async function refused(answer: Response): Promise<Refused> {
  const wait = Number(answer.headers.get('Retry-After'))
  const after = Number.isFinite(wait) && wait > 0 ? wait : null
  try {
    return new Refused((await answer.json()) as Partial<Refusal>, after)
  } catch {
    return new Refused({ status: answer.status }, after)
  }
}

/** A path's part: whatever is in it cannot leave its place. */
export function part(text: string | number): string {
  return encodeURIComponent(text)
}
