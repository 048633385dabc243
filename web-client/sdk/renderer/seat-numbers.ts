// Seat numbers as masks: how much of each pixel a figure covers. Blended onto a seat's picture in
// any colour, so that a thousand numbers in view cost no text drawing.

export interface Mask {
  width: number
  height: number
  cover: Uint8Array
  /** The seat width it was drawn for, in device pixels. */
  seatWidth: number
}

/** Numbers kept; a chart that names every seat differently must not fill the memory. */
const MASKS_MAX = 2000

/** While the map moves, a figure may be this many times too large or too small. */
const WRONG_SIZE_MAX = 1.25

/** A number longer than this can't be read inside a seat. */
const LETTERS_MAX = 4

export class SeatNumbers {
  private readonly family: string
  private readonly canvas = document.createElement('canvas')
  private readonly masks = new Map<string, Mask>()
  private seatWidth = 0
  private moving = false

  constructor(family: string) {
    this.family = family
  }

  /** Makes the figures fit a seat width in device pixels; only about, while the map moves. */
  resize(seatWidth: number, moving: boolean): void {
    this.seatWidth = Math.round(seatWidth)
    this.moving = moving
  }

  /** Forgets all figures, for when the font has arrived only now. */
  clear(): void {
    this.masks.clear()
  }

  get(number: string): Mask | null {
    if (number.length > LETTERS_MAX || number === '') return null
    const known = this.masks.get(number)
    if (known && this.fits(known)) return known
    if (this.masks.size >= MASKS_MAX) this.masks.clear()
    const mask = this.draw(number)
    this.masks.set(number, mask)
    return mask
  }

  private fits({ seatWidth }: Mask): boolean {
    if (seatWidth === this.seatWidth) return true
    const times = seatWidth / this.seatWidth
    return this.moving && times < WRONG_SIZE_MAX && times > 1 / WRONG_SIZE_MAX
  }

  private draw(number: string): Mask {
    const shrink = number.length > 3 ? 0.34 : number.length > 2 ? 0.38 : 0.43
    const font = `600 ${Math.max(1, this.seatWidth * shrink)}px ${this.family}`
    const width = this.seatWidth
    const height = Math.ceil(this.seatWidth * 0.6)
    this.canvas.width = width
    this.canvas.height = height
    const ctx = this.canvas.getContext('2d', { willReadFrequently: true })
    if (!ctx) throw new Error('no 2d canvas')
    ctx.font = font
    ctx.textAlign = 'center'
    ctx.textBaseline = 'alphabetic'
    const { actualBoundingBoxAscent: ascent, actualBoundingBoxDescent: descent } =
      ctx.measureText(number)
    ctx.fillText(number, width / 2, (height + ascent - descent) / 2)
    const { data } = ctx.getImageData(0, 0, width, height)
    const cover = new Uint8Array(width * height)
    for (let at = 0; at < cover.length; at += 1) cover[at] = data[at * 4 + 3]
    return { width, height, cover, seatWidth: width }
  }
}
