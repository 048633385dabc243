// Work that is asked for by the hundred and done once a frame.

export class OnceAFrame {
  private readonly work: () => void
  private asked = 0

  constructor(work: () => void) {
    this.work = work
  }

  ask(): void {
    if (this.asked !== 0) return
    this.asked = requestAnimationFrame(() => {
      this.asked = 0
      this.work()
    })
  }

  cancel(): void {
    cancelAnimationFrame(this.asked)
    this.asked = 0
  }
}
