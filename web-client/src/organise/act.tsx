// A small button of the organiser's tools.

interface Props {
  strong?: boolean
  off?: boolean
  onClick?(): void
  children: string
}

export function Act({ strong = false, off = false, onClick, children }: Props) {
  const look = strong ? 'bg-ink text-paper hover:opacity-90' : 'ring-1 ring-line hover:bg-sunken'
  return (
    <button
      type={onClick ? 'button' : 'submit'}
      disabled={off}
      onClick={onClick}
      className={`min-h-11 shrink-0 rounded-full px-5 text-sm font-semibold whitespace-nowrap
        ring-inset disabled:opacity-40 ${look}`}
    >
      {children}
    </button>
  )
}
