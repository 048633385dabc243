// Signs that a lost connection is worth trying again at once.

/** Calls `hint` on every such sign; the answer ends the listening. */
export type Hints = (hint: () => void) => () => void

/** The browser's own: the network came back, or the page is visible again. */
export const browserHints: Hints = (hint) => {
  const seen = () => {
    if (document.visibilityState === 'visible') hint()
  }
  window.addEventListener('online', hint)
  document.addEventListener('visibilitychange', seen)
  return () => {
    window.removeEventListener('online', hint)
    document.removeEventListener('visibilitychange', seen)
  }
}
