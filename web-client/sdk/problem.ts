// Errors of the REST interface: RFC 9457 problems as one typed class, and the case of no answer.

import type { CheckedIn } from './api-types.js'

export interface Conflict {
  seat_no: string
  status: string
}

/** What is free of what was asked for, and how many of it side by side at most. */
export interface FreeSeats {
  seats: number
  together: number
}

interface ProblemJson {
  title?: string
  detail?: string
  code?: string
  request_id?: string
  conflicts?: Conflict[]
  free?: FreeSeats
  orphans?: string[]
  alternative?: string[]
  errors?: { field: string; detail: string }[]
  checked_in?: CheckedIn[]
}

/** The server's refusal, in its own words and by its own code. */
export class Problem extends Error {
  override readonly name = 'Problem'
  readonly status: number
  readonly code: string
  readonly detail: string
  readonly requestId: string
  readonly conflicts: Conflict[]
  readonly free: FreeSeats | null
  /** The seats a hold would have left alone, and what may be taken instead. */
  readonly orphans: string[]
  readonly alternative: string[]
  readonly errors: { field: string; detail: string }[]
  /** Those of the seats asked for whose visitors are in already. */
  readonly checkedIn: CheckedIn[]

  constructor(status: number, body: ProblemJson) {
    super(body.detail ?? body.title ?? `HTTP ${status}`)
    this.status = status
    this.code = body.code ?? ''
    this.detail = body.detail ?? body.title ?? ''
    this.requestId = body.request_id ?? ''
    this.conflicts = body.conflicts ?? []
    this.free = body.free ?? null
    this.orphans = body.orphans ?? []
    this.alternative = body.alternative ?? []
    this.errors = body.errors ?? []
    this.checkedIn = body.checked_in ?? []
  }

  /** Reads a refusal; a proxy's page in between is still a Problem, without details. */
  static async from(response: Response): Promise<Problem> {
    const type = response.headers.get('content-type') ?? ''
    if (!type.includes('json')) return new Problem(response.status, { title: response.statusText })
    try {
      return new Problem(response.status, (await response.json()) as ProblemJson)
    } catch {
      return new Problem(response.status, { title: response.statusText })
    }
  }
}

/** No answer at all, after every try. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable'
}

/** Whether a change may have been made although nobody could be told so. */
export const isUnsure = (problem: unknown): boolean =>
  problem instanceof Unreachable || (problem instanceof Problem && problem.status >= 500)
