// What a page costs, as Chromium counts it: script and layout time, memory, frames.

/** Frames of one gesture. */
const STEPS = 90

export class Meter {
  #session

  constructor(session) {
    this.#session = session
  }

  static async on(page) {
    const session = await page.context().newCDPSession(page)
    await session.send('Performance.enable')
    return new Meter(session)
  }

  /** Milliseconds of script, and of style and layout, since the page began. */
  async spent() {
    const { metrics } = await this.#session.send('Performance.getMetrics')
    const of = (name) => (metrics.find((metric) => metric.name === name)?.value ?? 0) * 1000
    const layout = of('LayoutDuration') + of('RecalcStyleDuration')
    return { script: of('ScriptDuration'), layout }
  }

  /** Megabytes of script memory that are still reachable. */
  async memory() {
    await this.#session.send('HeapProfiler.collectGarbage')
    const { usedSize, backingStorageSize = 0 } = await this.#session.send('Runtime.getHeapUsage')
    return (usedSize + backingStorageSize) / 1e6
  }

  /** Script and layout per frame, and frames per second, while something is done to the page. */
  async during(page, act) {
    await page.evaluate(() => {
      window.benchFrames = 0
      const count = () => {
        window.benchFrames += 1
        window.benchLoop = requestAnimationFrame(count)
      }
      count()
    })
    const [before, began] = [await this.spent(), performance.now()]
    await act()
    const [after, passed] = [await this.spent(), performance.now() - began]
    const frames = await page.evaluate(() => {
      cancelAnimationFrame(window.benchLoop)
      return window.benchFrames
    })
    return {
      script: (after.script - before.script) / frames,
      layout: (after.layout - before.layout) / frames,
      fps: (frames / passed) * 1000,
    }
  }
}

/** Drags across the middle of the page and back. */
export async function pan(page, { x, y }) {
  await page.mouse.move(x, y)
  await page.mouse.down()
  for (let step = 0; step < STEPS; step += 1) {
    const turn = (step / STEPS) * Math.PI * 2
    await page.mouse.move(x + Math.sin(turn) * 250, y + Math.sin(turn * 2) * 150)
  }
  await page.mouse.up()
}

/** Turns the wheel in, and out again. */
export async function zoom(page, { x, y }) {
  await page.mouse.move(x, y)
  for (let step = 0; step < STEPS; step += 1) {
    await page.mouse.wheel(0, step < STEPS / 2 ? -60 : 60)
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(done)))
  }
}

/** The median of what was measured several times, figure by figure. */
export function median(all) {
  const [one] = all
  if (typeof one === 'number') return [...all].sort((a, b) => a - b)[Math.floor(all.length / 2)]
  if (typeof one !== 'object' || one === null) return one
  const keys = Object.keys(one)
  return Object.fromEntries(keys.map((key) => [key, median(all.map((found) => found[key]))]))
}
