// A round button with only an icon on it, and its name for those who don't see that.

import { Icon, type IconName } from './icon'

interface Props {
  icon: IconName
  label: string
  off?: boolean
  onClick(): void
  /** How large the icon is, in pixels. */
  size?: number
  className: string
}

export function IconButton({ icon, label, off = false, onClick, size, className }: Props) {
  return (
    <button
      type="button"
      aria-label={label}
      disabled={off}
      onClick={onClick}
      className={`grid place-items-center rounded-full hover:bg-sunken disabled:opacity-40
        ${className}`}
    >
      <Icon name={icon} size={size} />
    </button>
  )
}
