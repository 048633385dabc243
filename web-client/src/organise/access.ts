// Who the organiser is: a signed token, pasted or handed over in the address, kept for as long as
// the tab is open. Without one calls are made as a guest, which is enough where all is open.

import { Problem, Unreachable } from '../../sdk/index'
import { SessionKeeper, type Sessions } from '../../sdk/session'
import { Transport } from '../../sdk/transport'
import { Observable } from '../state/observable'

/** Who the server takes the caller for. */
export interface Me {
  user_id: number | null
  role: 'customer' | 'organiser' | 'admin'
  organiser_routes: boolean
}

export interface Access {
  phase: 'asking' | 'known' | 'failed'
  /** Null for nobody the server would name. */
  me: Me | null
  /** Whether there is a token, and whether the last one was turned down. */
  signedIn: boolean
  refused: boolean
}

const STORAGE_KEY = 'seatmap.organiser'

/** `#token=…`: what stands behind the hash never leaves the browser. */
const FRAGMENT = /^#token=([\w.~+/=-]+)$/

export const access = new Observable<Access>({
  phase: 'asking',
  me: null,
  signedIn: false,
  refused: false,
})

class OrganiserSessions implements Sessions {
  private readonly guest = new SessionKeeper()

  token(now: number): string | null {
    return kept() ?? this.guest.token(now)
  }

  keep(session: Parameters<Sessions['keep']>[0]): void {
    this.guest.keep(session)
  }

  forget(): void {
    if (kept() === null) this.guest.forget()
    else {
      keep(null)
      access.patch({ signedIn: false, refused: true })
    }
  }
}

/** All of the organiser's calls are made through this one. */
export const transport = new Transport({ sessions: new OrganiserSessions() })

/** Takes a token from the address, and asks the server who this is. */
export async function begin(): Promise<void> {
  const token = FRAGMENT.exec(window.location.hash)?.[1]
  if (token !== undefined) {
    keep(token)
    // Neither the history nor a bookmark should have it.
    window.history.replaceState(null, '', window.location.pathname)
  }
  await ask()
}

export async function signIn(token: string): Promise<void> {
  keep(token)
  await ask()
}

export async function signOut(): Promise<void> {
  keep(null)
  await ask()
}

/** Whether the token, which may have come with a "Bearer" in front, could be one at all. */
export function tokenIn(text: string): string | null {
  const found = /^(?:Bearer\s+)?([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(text.trim())
  return found ? found[1] : null
}

async function ask(): Promise<void> {
  access.patch({ phase: 'asking', refused: false, signedIn: kept() !== null })
  try {
    const me = await transport.call<Me>({ method: 'GET', path: '/me' })
    access.patch({ phase: 'known', me, signedIn: kept() !== null })
  } catch (problem) {
    const nobody = problem instanceof Problem && problem.status === 401
    if (!nobody && !(problem instanceof Problem || problem instanceof Unreachable)) throw problem
    access.patch({ phase: nobody ? 'known' : 'failed', me: null, signedIn: kept() !== null })
  }
}

/** For browsers that keep nothing. */
let remembered: string | null = null

function kept(): string | null {
  try {
    return window.sessionStorage.getItem(STORAGE_KEY) ?? remembered
  } catch {
    return remembered
  }
}

function keep(token: string | null): void {
  remembered = token
  try {
    if (token === null) window.sessionStorage.removeItem(STORAGE_KEY)
    else window.sessionStorage.setItem(STORAGE_KEY, token)
  } catch {
    // Forbidden or full; the token holds until the page is left.
  }
}
