// What organisers are told when a call is refused, and how people and times are named to them.

import { Problem } from '../../sdk/index'
import { isMessage, locale, t } from '../i18n'
import { navigate } from '../router'
import { reasonOf, toast } from '../state/toasts'

/** Where a token is handed over. */
export const SIGN_IN_PATH = '/organise/sign-in'

/** Whether a call was refused for want of a token, or of a better one. */
export const isAccess = (problem: unknown): boolean =>
  problem instanceof Problem && (problem.status === 401 || problem.status === 403)

/** Says why it did not work; who lacks a token is led to where it goes. */
export function sayRefused(problem: unknown): void {
  if (!isAccess(problem)) toast('bad', reasonOf(problem))
  else {
    const action = { label: t('signIn.title'), act: () => navigate(SIGN_IN_PATH) }
    toast('bad', t('signIn.needed'), action)
  }
}

/** What is wrong with each field; the server's words for that are better than any of ours. */
export function faultsOf(problem: unknown): string[] {
  if (problem instanceof Problem && problem.errors.length > 0) {
    return problem.errors.map(({ field, detail }) => `${field}: ${detail}`)
  }
  return [isAccess(problem) ? t('signIn.needed') : reasonOf(problem)]
}

export const whoIs = (actor: number | null): string =>
  actor === null ? t('organise.clock') : t('organise.user', { id: actor })

/** Why a seat has changed, by the change log's word for it. */
export function causeOf(cause: string): string {
  const key = `cause.${cause}`
  return isMessage(key) ? t(key) : cause
}

/** A time of day to the second. */
export const clockTime = (at: string): string =>
  new Intl.DateTimeFormat(locale(), { timeStyle: 'medium' }).format(new Date(at))

/** A day and a time, short unless it has to be told to the second. */
export const dayTime = (at: string, fine = false): string => {
  const timeStyle = fine ? 'medium' : 'short'
  return new Intl.DateTimeFormat(locale(), { dateStyle: 'medium', timeStyle }).format(new Date(at))
}
