// The picture that a chart may lie on, such as the plan it was drawn from. One that can't be had is
// as good as none: the map is whole without it.

import type { Background } from '../chart.js'
import { overlaps } from '../geometry.js'
import type { Camera } from './camera.js'
import { isDark, type MapTheme } from './theme.js'

/** Plans are drawn on white: of one on a dark page so much is left that others' words are read. */
const STRENGTH_IN_THE_DARK = 0.14

export class Backdrop {
  private readonly background: Background | null
  private picture: HTMLImageElement | null = null
  private readonly loading: HTMLImageElement | null

  /** `loaded` is called once the picture can be drawn. */
  constructor(background: Background | null, loaded: () => void) {
    this.background = background
    this.loading = background && new Image()
    if (!background || !this.loading) return
    const image = this.loading
    image.referrerPolicy = 'no-referrer'
    image.decoding = 'async'
    image.onload = () => {
      this.picture = image
      loaded()
    }
    image.src = background.url
  }

  /** Whoever no longer shows the map need not be told of the picture. */
  destroy(): void {
    if (this.loading) this.loading.onload = null
  }

  draw(ctx: CanvasRenderingContext2D, camera: Camera, theme: MapTheme): void {
    const { background, picture } = this
    if (!background || !picture || !overlaps(background.bounds, camera.view)) return
    const { left, top, right, bottom } = background.bounds
    const [x, y] = [camera.screenX(left), camera.screenY(top)]
    const [width, height] = [(right - left) * camera.scale, (bottom - top) * camera.scale]
    ctx.globalAlpha = isDark(theme) ? STRENGTH_IN_THE_DARK : 1
    ctx.drawImage(picture, x, y, width, height)
    ctx.globalAlpha = 1
  }
}
