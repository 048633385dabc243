// The mark of the pages, in the colours of the text around it.

export function Logo() {
  return <img src="/favicon.svg" alt="" width="26" height="26" className="dark:invert" />
}
