// The visitor's other windows: tells them that what is the visitor's in an event has changed, and
// hears it from them. Says only that it has; what it is now is the server's to say.

const CHANNEL = 'seatmap.own'

export class OtherWindows {
  private readonly channel: BroadcastChannel | null
  private readonly event: number

  constructor(event: number, changed: () => void) {
    this.event = event
    this.channel = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel(CHANNEL)
    this.channel?.addEventListener('message', ({ data }) => {
      if (data === event) changed()
    })
  }

  tell(): void {
    this.channel?.postMessage(this.event)
  }

  close(): void {
    this.channel?.close()
  }
}
