// What a page costs, as Chromium counts it: script and layout time, memory, frames.

/** Steps of one gesture, and how long it may take where each of them takes long. */
const STEPS = 90
const GESTURE_MS_MAX = 15_000

/** Seats are chosen once neighbours are so far apart on the screen. */
const CLOSE_PX = 8
const NOTCH_PX = 60
const NOTCHES_MAX = 80

const MEGABYTE = 1e6
const PIXEL_BYTES = 4

/** Runs in the page: how many pixels its canvases have, those in shadows too. */
function canvasPixels() {
  const within = (root) =>
    [...root.querySelectorAll('*')].reduce((sum, element) => {
      const own = element instanceof HTMLCanvasElement ? element.width * element.height : 0
      return sum + own + (element.shadowRoot ? within(element.shadowRoot) : 0)
    }, 0)
  return within(document)
}

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

  /** Lets the page's threads run only every so many moments. */
  async slow(times) {
    await this.#session.send('Emulation.setCPUThrottlingRate', { rate: times })
  }

  /** Milliseconds of script, and of style and layout, since the page began. */
  async spent() {
    const { metrics } = await this.#session.send('Performance.getMetrics')
    const of = (name) => (metrics.find((metric) => metric.name === name)?.value ?? 0) * 1000
    const layout = of('LayoutDuration') + of('RecalcStyleDuration')
    return { script: of('ScriptDuration'), layout }
  }

  /**
   * Megabytes that are still reachable: of script, its buffers, the document's nodes, and the
   * pixels of canvases, which are in none of these. What the browser paints onto is not in it.
   */
  async memory(page) {
    await this.#session.send('HeapProfiler.collectGarbage')
    const usage = await this.#session.send('Runtime.getHeapUsage')
    const { usedSize, backingStorageSize = 0, embedderHeapUsedSize = 0 } = usage
    const pixels = await page.evaluate(canvasPixels)
    const bytes = usedSize + backingStorageSize + embedderHeapUsedSize + pixels * PIXEL_BYTES
    return bytes / MEGABYTE
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

/** Does the steps of a gesture, as many as there is time for. */
async function steps(step) {
  const until = performance.now() + GESTURE_MS_MAX
  for (let at = 0; at < STEPS && performance.now() < until; at += 1) await step(at)
}

/** Drags across the middle of the page and back. */
export async function pan(page, { x, y, reach = 250 }) {
  await page.mouse.move(x, y)
  await page.mouse.down()
  await steps(async (step) => {
    const turn = (step / STEPS) * Math.PI * 2
    await page.mouse.move(x + Math.sin(turn) * reach, y + Math.sin(turn * 2) * reach * 0.6)
    await nextFrame(page)
  })
  // Resting before letting go: what glides on would fall into the next measurement.
  await page.waitForTimeout(100)
  await page.mouse.up()
}

/** Turns the wheel in, and out again. */
export async function zoom(page, { x, y }) {
  await page.mouse.move(x, y)
  await steps(async (step) => {
    await page.mouse.wheel(0, step < STEPS / 2 ? -NOTCH_PX : NOTCH_PX)
    await nextFrame(page)
  })
}

/** Turns the wheel until neighbouring seats, by `pitch`, are far enough apart to be chosen. */
export async function closer(page, { x, y }, pitch) {
  await page.mouse.move(x, y)
  for (let notch = 0; notch < NOTCHES_MAX && (await pitch()) < CLOSE_PX; notch += 1) {
    await page.mouse.wheel(0, -NOTCH_PX)
    await nextFrame(page)
  }
}

const nextFrame = (page) =>
  page.evaluate(() => new Promise((done) => requestAnimationFrame(done)))

/** Of the same figures measured several times, each one's own median. */
export function median(all) {
  const [one] = all
  if (typeof one === 'number') return [...all].sort((a, b) => a - b)[all.length >> 1]
  if (typeof one !== 'object' || one === null) return one
  const keys = Object.keys(one)
  return Object.fromEntries(keys.map((key) => [key, median(all.map((found) => found[key]))]))
}
