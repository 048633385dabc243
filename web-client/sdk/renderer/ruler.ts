// How wide texts are, measured once each: asking the canvas again for every label of every frame
// costs more than drawing them.

/** Widths grow with the size of the letters, so that one measurement at this size will do. */
const MEASURED_AT_PX = 64

/** Numbers of what is left change all the time; so many texts are remembered. */
const TEXTS_MAX = 4_000

const widths = new Map<string, number>()

export function widthOf(
  ctx: CanvasRenderingContext2D,
  text: string,
  { weight, size, family }: { weight: number; size: number; family: string },
): number {
  const spacing = Number.parseFloat(ctx.letterSpacing) || 0
  const key = `${weight} ${family} ${text}`
  let width = widths.get(key)
  if (width === undefined) {
    if (widths.size >= TEXTS_MAX) widths.clear()
    ctx.font = `${weight} ${MEASURED_AT_PX}px ${family}`
    width = (ctx.measureText(text).width - spacing * text.length) / MEASURED_AT_PX
    widths.set(key, width)
  }
  return width * size + spacing * text.length
}

/** What was measured before a font was there is worth nothing. */
export const forgetWidths = (): void => widths.clear()
