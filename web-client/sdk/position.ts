// The client rule of the live protocol: what to do with each message, given the position (epoch,
// version) of the last one applied. Pure state, so that a test can walk through every case.

import type { Delta, Hello, Snapshot } from './protocol/index.js'

export interface Position {
  epoch: string
  version: number
}

/** What a delta asks of the client. */
export type Verdict = 'apply' | 'ignore' | 'resync'

export class Follower {
  private epoch = ''
  private version: number | null = null

  /** Null until a snapshot has come, and again after a hello that announces a new one. */
  get position(): Position | null {
    return this.version === null ? null : { epoch: this.epoch, version: this.version }
  }

  /** A resumed connection keeps its position; any other waits for the snapshot that follows. */
  hello(message: Hello): void {
    if (message.mode === 'snapshot' || message.epoch !== this.epoch) this.version = null
    this.epoch = message.epoch
  }

  /** What is known is worth nothing any more. */
  forget(): void {
    this.version = null
  }

  snapshot(message: Snapshot): void {
    this.version = message.version
  }

  /** Judges a delta, and moves the position when it is to be applied. */
  delta(message: Delta): Verdict {
    // Without a position there is nothing to change; the announced snapshot will carry it all.
    if (this.version === null || message.version <= this.version) return 'ignore'
    if (message.from > this.version) return 'resync'
    this.version = message.version
    return 'apply'
  }
}
