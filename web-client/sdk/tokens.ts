// Tokens of an identity provider, where the server takes those: asked of the page when one is
// needed, and kept until it is about to end.

import { EXPIRY_MARGIN_MS, type Sessions } from './session.js'

/** Answers a token that is good now; asked again when it has run out or was turned down. */
export type AskToken = () => Promise<string>

export class TokenKeeper implements Sessions {
  private readonly ask: AskToken
  private current: string | null = null

  constructor(ask: AskToken) {
    this.ask = ask
  }

  token(now: number): string | null {
    if (this.current === null) return null
    const end = endOf(this.current)
    return end !== null && end - EXPIRY_MARGIN_MS < now ? null : this.current
  }

  /** Guests' sessions are nothing to somebody who has a name. */
  keep(): void {}

  forget(): void {
    this.current = null
  }

  async renew(): Promise<string> {
    this.current = await this.ask()
    return this.current
  }
}

/** When a token ends, in milliseconds; null for one that doesn't say. */
function endOf(token: string): number | null {
  try {
    const payload = token.split('.')[1].replaceAll('-', '+').replaceAll('_', '/')
    const { exp } = JSON.parse(atob(payload)) as { exp?: unknown }
    return typeof exp === 'number' ? exp * 1000 : null
  } catch {
    return null
  }
}
