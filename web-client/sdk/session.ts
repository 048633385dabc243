// The guest session: one token per browser, kept so that holds and bookings are found again after
// a reload.

import type { Session } from './api-types.js'

const STORAGE_KEY = 'seatmap.session'

/** A token about to end is not worth starting an action with. */
export const EXPIRY_MARGIN_MS = 60_000

export type SessionStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>

/** Whose name calls are made in. */
export interface Sessions {
  /** The present token; null when there is none that is still good. */
  token(now: number): string | null
  /** Takes a new guest session in. */
  keep(session: Session): void
  /** Gives up a token that the server no longer knows. */
  forget(): void
  /** Brings a new token; who has none of this begins a guest session. */
  renew?(): Promise<string>
}

export class SessionKeeper implements Sessions {
  private readonly storage: SessionStorage | null
  private session: Session | null = null

  constructor(storage: SessionStorage | null = browserStorage()) {
    this.storage = storage
  }

  /** The present token; storage is read each time because another tab may have made one. */
  token(now: number): string | null {
    const session = this.read() ?? this.session
    if (!session || Date.parse(session.expires_at) - EXPIRY_MARGIN_MS < now) return null
    return session.token
  }

  keep(session: Session): void {
    this.session = session
    try {
      this.storage?.setItem(STORAGE_KEY, JSON.stringify(session))
    } catch {
      // A full or forbidden storage costs the reload, not the visit.
    }
  }

  forget(): void {
    this.session = null
    try {
      this.storage?.removeItem(STORAGE_KEY)
    } catch {
      // Nothing was kept, so nothing is left.
    }
  }

  private read(): Session | null {
    try {
      const value: unknown = JSON.parse(this.storage?.getItem(STORAGE_KEY) ?? 'null')
      return isSession(value) ? value : null
    } catch {
      return null
    }
  }
}

function isSession(value: unknown): value is Session {
  if (typeof value !== 'object' || value === null) return false
  const fields = value as Record<string, unknown>
  return typeof fields.token === 'string' && typeof fields.expires_at === 'string'
}

function browserStorage(): SessionStorage | null {
  try {
    return globalThis.localStorage
  } catch {
    return null
  }
}
