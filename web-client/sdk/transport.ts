// One HTTP call with everything that makes it safe: the caller's session, an Idempotency-Key on
// changes, and tries that repeat the same key, so that an answer lost on the way changes nothing.

import type { Session } from './api-types.js'
import { Backoff, type BackoffLimits } from './backoff.js'
import { Problem, Unreachable } from './problem.js'
import { ServerClock } from './server-clock.js'
import { SessionKeeper, type Sessions } from './session.js'
import { TokenKeeper, type AskToken } from './tokens.js'

export type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE'

export interface Call {
  method: Method
  path: string
  body?: unknown
  /** It reads what is the caller's own: whoever a token can be asked for is named. */
  own?: boolean
  /** Immutable answers may come from the browser's cache. */
  cache?: RequestCache
  /** What the answer is read as: JSON, or bytes of this media type. */
  accept?: string
}

export interface TransportOptions {
  base?: string
  fetch?: typeof fetch
  sessions?: Sessions
  /** Visitors have tokens of somebody else's, and this asks for one; else they are guests. */
  token?: AskToken | null
  clock?: ServerClock
  /** How long a try waits for its answer; tests make it short. */
  answerMs?: number
  /** Waits between tries; tests make it instant. */
  wait?: (ms: number) => Promise<void>
}

const TRIES_MAX = 4

/** A little longer than the server itself gives a request. */
const ANSWER_MS = 35_000

/** Geometry and exports are large, and may come over a thin line. */
const DOWNLOAD_FACTOR = 10

/** Waiting in vain takes so long that only one more try is worth it. */
const SILENCES_MAX = 2

const BACKOFF: BackoffLimits = { first_ms: 300, max_ms: 3_000 }
const RETRY_AFTER_MAX_MS = 10_000

/** No answer when the network gave none, or half of one, or, silent, none in time. */
interface Attempt {
  answer: Response | null
  value: unknown
  silent: boolean
}

export class Transport {
  readonly clock: ServerClock
  readonly sessions: Sessions
  readonly base: string
  private readonly fetch: typeof fetch
  private readonly answerMs: number
  private readonly wait: (ms: number) => Promise<void>
  private starting: Promise<string> | null = null

  constructor(options: TransportOptions = {}) {
    this.base = options.base ?? '/api/v1'
    this.fetch = options.fetch ?? ((input, init) => globalThis.fetch(input, init))
    const { token } = options
    this.sessions = options.sessions ?? (token ? new TokenKeeper(token) : new SessionKeeper())
    this.clock = options.clock ?? new ServerClock()
    this.answerMs = options.answerMs ?? ANSWER_MS
    this.wait = options.wait ?? ((ms) => new Promise((done) => setTimeout(done, ms)))
  }

  async call<Answer>(call: Call): Promise<Answer> {
    try {
      return await this.withSession<Answer>(call)
    } catch (problem) {
      // The server no longer knows this guest; as a new one the call may well be fine.
      if (!(problem instanceof Problem) || problem.status !== 401) throw problem
      if (!this.sessions.token(this.clock.now())) throw problem
      this.sessions.forget()
      return this.withSession<Answer>(call)
    }
  }

  /** Whether there is somebody who could own anything. */
  get hasSession(): boolean {
    return this.sessions.renew !== undefined || this.sessions.token(this.clock.now()) !== null
  }

  /** A token that is still good; a new one where there is none. */
  async token(): Promise<string> {
    return this.sessions.token(this.clock.now()) ?? this.begin()
  }

  private async withSession<Answer>(call: Call): Promise<Answer> {
    // A GET of something public needs no session; a change always has one.
    const needed = call.method !== 'GET' || (call.own && this.sessions.renew !== undefined)
    const token = needed ? await this.token() : this.sessions.token(this.clock.now())
    return this.tries<Answer>(call, token)
  }

  /** Calls that need a session at the same time share the one being made. */
  private begin(): Promise<string> {
    this.starting ??= (this.sessions.renew?.() ?? this.beGuest()).finally(() => {
      this.starting = null
    })
    return this.starting
  }

  private async beGuest(): Promise<string> {
    const session = await this.tries<Session>({ method: 'POST', path: '/sessions' }, null)
    this.sessions.keep(session)
    return session.token
  }

  private async tries<Answer>(call: Call, token: string | null): Promise<Answer> {
    const request = this.request(call, token)
    const backoff = new Backoff(BACKOFF)
    let silences = 0
    for (let left = TRIES_MAX - 1; ; left -= 1) {
      const { answer, value, silent } = await this.attempt(call, request)
      if (answer?.ok) return value as Answer
      if (answer && answer.status !== 503) throw await Problem.from(answer)
      if (silent) silences += 1
      if (left === 0 || silences === SILENCES_MAX) {
        throw answer ? await Problem.from(answer) : new Unreachable('the server does not answer')
      }
      await this.wait(Math.max(backoff.next(), retryAfterMs(answer)))
    }
  }

  private async attempt(call: Call, request: RequestInit): Promise<Attempt> {
    const sentAt = Date.now()
    const large = call.accept !== undefined || call.cache === 'default'
    const signal = AbortSignal.timeout(this.answerMs * (large ? DOWNLOAD_FACTOR : 1))
    try {
      const answer = await this.fetch(this.base + call.path, { ...request, signal })
      // A cached answer carries the date of its first delivery, so only fresh ones tell the time.
      if (request.cache === 'no-store') {
        this.clock.observe(answer.headers.get('date'), sentAt, Date.now())
      }
      return { answer, value: answer.ok ? await read(call, answer) : null, silent: false }
    } catch {
      return { answer: null, value: null, silent: signal.aborted }
    }
  }

  private request(call: Call, token: string | null): RequestInit {
    const headers: Record<string, string> = { accept: call.accept ?? 'application/json' }
    if (token) headers.authorization = `Bearer ${token}`
    if (call.method !== 'GET') headers['idempotency-key'] = newKey()
    if (call.body !== undefined) headers['content-type'] = 'application/json'
    return {
      method: call.method,
      headers,
      body: call.body === undefined ? null : JSON.stringify(call.body),
      cache: call.cache ?? 'no-store',
    }
  }
}

function read(call: Call, answer: Response): Promise<unknown> {
  if (answer.status === 204) return Promise.resolve(undefined)
  return call.accept ? answer.blob() : answer.json()
}

function retryAfterMs(answer: Response | null): number {
  const seconds = Number(answer?.headers.get('retry-after') ?? 0)
  return Number.isFinite(seconds) ? Math.min(seconds * 1000, RETRY_AFTER_MAX_MS) : 0
}

/** Not randomUUID: browsers offer that on https only, and a self-hosted server may be plain. */
function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
