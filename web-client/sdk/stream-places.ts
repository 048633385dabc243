// Keeps the tabs of one browser from starving each other: over HTTP/1.1 it opens six connections to
// a host, and a stream keeps one of them for as long as it is followed. Counted by Web Locks, which
// all pages of an origin share and which end with their page, however that ends.

/** Streams to one host that the tabs may have between them; the other connections are for REST. */
const STREAMS_MAX = 3

/** Takes a place for a stream and answers how to leave it; null where all are taken. */
export type TakePlace = (host: string) => Promise<(() => void) | null>

/** Missing where the browser can't count: old ones, and pages that are neither TLS nor local. */
export const takePlace: TakePlace | undefined = globalThis.navigator?.locks && takeFree

async function takeFree(host: string): Promise<(() => void) | null> {
  for (let at = 0; at < STREAMS_MAX; at += 1) {
    const leave = await take(`seatmap stream ${at} ${host}`)
    if (leave) return leave
  }
  return null
}

function take(name: string): Promise<(() => void) | null> {
  return new Promise((taken) => {
    const held = (lock: Lock | null): Promise<void> | null => {
      if (lock) return new Promise((left) => taken(() => left()))
      taken(null)
      return null
    }
    // A frame without an origin of its own has no locks: it isn't counted, and not kept out.
    navigator.locks.request(name, { ifAvailable: true }, held).catch(() => taken(() => {}))
  })
}
