// How a booking stands, by icon and word.

import type { BookingStatus } from '../../sdk/index'
import { t, type MessageKey } from '../i18n'
import { Icon, type IconName } from './icon'

const LOOKS: Record<BookingStatus, { icon: IconName; text: MessageKey; color: string }> = {
  pending: { icon: 'ticket', text: 'booking.due', color: 'text-ink' },
  confirmed: { icon: 'check', text: 'booking.booked', color: 'text-good' },
  cancelled: { icon: 'close', text: 'booking.cancelled', color: 'text-soft' },
  expired: { icon: 'clock', text: 'booking.expired', color: 'text-urgent' },
}

export function BookingBadge({ status }: { status: BookingStatus }) {
  const { icon, text, color } = LOOKS[status]
  return (
    <span className={`inline-flex items-center gap-1.5 text-sm font-semibold ${color}`}>
      <Icon name={icon} size={18} />
      {t(text)}
    </span>
  )
}
