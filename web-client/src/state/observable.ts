// A value that React can follow: immutable snapshots and a set of listeners.

export class Observable<Value> {
  private value: Value
  private readonly listeners = new Set<() => void>()

  constructor(value: Value) {
    this.value = value
  }

  // Bound, because React is handed the functions themselves.
  readonly get = (): Value => this.value

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  readonly set = (value: Value): void => {
    this.value = value
    for (const listener of this.listeners) listener()
  }

  patch(change: Partial<Value>): void {
    this.set({ ...this.value, ...change })
  }
}
