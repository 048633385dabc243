// Routing by the browser's history: two pages need no library.

import { useSyncExternalStore, type AnchorHTMLAttributes, type MouseEvent } from 'react'

const listeners = new Set<() => void>()

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  window.addEventListener('popstate', listener)
  return () => {
    listeners.delete(listener)
    window.removeEventListener('popstate', listener)
  }
}

/**
 * For the heading of a page: takes the focus once the page was come to by a link, so that keys and
 * screen readers go on from its beginning. A page that was loaded begins there anyway.
 */
export function takeFocus(heading: HTMLElement | null): void {
  if (!arrived || !heading) return
  arrived = false
  heading.focus({ preventScroll: true })
}

export function usePath(): string {
  return useSyncExternalStore(subscribe, () => window.location.pathname)
}

/** Whether the page shown was come to from another one, without being loaded. */
let arrived = false

export function navigate(path: string): void {
  arrived = true
  window.history.pushState(null, '', path)
  window.scrollTo(0, 0)
  for (const listener of listeners) listener()
}

/** An ordinary link that changes the page without loading it; new tabs stay the browser's. */
export function Link(props: AnchorHTMLAttributes<HTMLAnchorElement> & { href: string }) {
  const follow = (event: MouseEvent<HTMLAnchorElement>) => {
    const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey
    if (!plain || event.altKey || event.defaultPrevented) return
    event.preventDefault()
    navigate(props.href)
  }
  return <a {...props} onClick={follow} />
}
