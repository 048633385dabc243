// Who the visitor's bookings are for, as far as they have said. Kept for the visit only: a shared
// computer must not remember it.

import type { Customer } from '../../sdk/index'
import { Observable } from './observable'

export interface CustomerView {
  name: string
  email: string
}

export const customer = new Observable<CustomerView>({ name: '', email: '' })

/** What is sent with a booking: only what was filled in; nothing when that is nothing. */
export function namedCustomer({ name, email }: CustomerView): Customer | undefined {
  const said = { name: name.trim(), email: email.trim() }
  const told = Object.entries(said).filter(([, value]) => value !== '')
  return told.length > 0 ? Object.fromEntries(told) : undefined
}
