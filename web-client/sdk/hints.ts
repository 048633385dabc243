// Signs that a lost connection is worth trying again at once, or that there can be none.

/** Calls `hint` and `gone` on every such sign; the answer ends the listening. */
export type Hints = (hint: () => void, gone: () => void) => () => void

/** The browser's own: the network came back or went, or the page is visible again. */
export const browserHints: Hints = (hint, gone) => {
  const seen = () => {
    if (document.visibilityState === 'visible') hint()
  }
  window.addEventListener('online', hint)
  window.addEventListener('offline', gone)
  document.addEventListener('visibilitychange', seen)
  return () => {
    window.removeEventListener('online', hint)
    window.removeEventListener('offline', gone)
    document.removeEventListener('visibilitychange', seen)
  }
}
