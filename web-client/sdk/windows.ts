// The visitor's other windows: tells them that what is the visitor's in an event has changed, and
// hears it from them. Says only that it has; what it is now is the server's to say. Where windows
// can't talk to each other, one looks when it is looked at.

const CHANNEL = 'seatmap.own'

export class OtherWindows {
  private readonly channel: BroadcastChannel | null
  private readonly about: string
  private readonly changed: () => void

  /** `server` as calls are made to it: events of two servers may have one number. */
  constructor(server: string, event: number, changed: () => void) {
    this.about = `${absolute(server)} ${event}`
    this.changed = changed
    this.channel = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel(CHANNEL)
    this.channel?.addEventListener('message', ({ data }) => {
      if (data === this.about) changed()
    })
    if (hasDocument()) document.addEventListener('visibilitychange', this.seen)
  }

  tell(): void {
    this.channel?.postMessage(this.about)
  }

  close(): void {
    this.channel?.close()
    if (hasDocument()) document.removeEventListener('visibilitychange', this.seen)
  }

  private readonly seen = () => {
    if (document.visibilityState === 'visible') this.changed()
  }
}

const hasDocument = (): boolean => typeof document !== 'undefined'

/** Pages beside the server name it by its path alone, and other people's in full. */
function absolute(server: string): string {
  try {
    return new URL(server, hasDocument() ? document.baseURI : undefined).href
  } catch {
    // A path, and no page to tell whose.
    return server
  }
}
