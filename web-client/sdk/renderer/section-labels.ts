// Which words stand on each section from afar: its name and what is left of it. Blocks that share
// the beginning of their names ("Floor A", "Floor B") are shortened together or not at all.

import type { Section } from '../chart.js'
import { centreOf, surfaceOf } from '../geometry.js'
import { Status } from '../protocol/index.js'
import type { SeatStore } from '../seat-store.js'
import type { Camera } from './camera.js'
import { fitLabel, hasSecondLine, labelSize, type Label, type LabelPlace } from './labels.js'
import type { SeatGrid } from './seat-grid.js'
import type { MapLook } from './theme.js'

/** While the map comes closer or goes, labels stay as they are until there is so much more room. */
const KEPT_FROM = 0.96
const KEPT_TO = 1.2

/** A tier of at least so many sections shows no names if more of them than this lack room. */
const TIER_MIN = 6
const LACKING_MAX = 1 / 3

interface Name {
  full: string
  /** What is left without the words shared with others. */
  short: string
  group: string
}

/** What is written below a name, and the state of the section that it was made of. */
interface Words {
  left: number
  price: string | null
  lines: readonly string[]
}

/** All labels of a storey, as laid out for one scale. */
interface LaidOut {
  scale: number
  floor: number
  labels: ReadonlyMap<number, Label>
}

export class SectionLabels {
  private readonly store: SeatStore
  private readonly grid: SeatGrid
  private readonly camera: Camera
  private look: MapLook
  private laidOut: LaidOut | null = null
  private readonly names: Name[]
  /** Made once for a state: putting words together takes longer than drawing them. */
  private words: Words[] = []
  private readonly places: LabelPlace[]
  /** How wide sections usually are, in centimetres: the measure of their labels. */
  private readonly usualWidth: number

  constructor(store: SeatStore, grid: SeatGrid, camera: Camera, look: MapLook) {
    this.store = store
    this.grid = grid
    this.camera = camera
    this.look = look
    const { sections } = store.chart
    this.names = sections.map(nameOf)
    this.places = sections.map(({ outline }) => ({ outline, centre: centreOf(outline) }))
    const widths = sections.map(({ outline }) => Math.sqrt(surfaceOf(outline)))
    this.usualWidth = widths.sort((a, b) => a - b)[widths.length >> 1] ?? 0
  }

  setLook(look: MapLook): void {
    this.look = look
    this.words = []
    this.forget()
  }

  /** What they say has changed. */
  forget(): void {
    this.laidOut = null
  }

  /** The label of each section of the storey; none where there is no room. */
  get(ctx: CanvasRenderingContext2D, moving = false): ReadonlyMap<number, Label> {
    const [{ scale }, { floor }] = [this.camera, this.grid]
    const times = this.laidOut?.floor === floor ? scale / this.laidOut.scale : 0
    const kept = moving ? times > KEPT_FROM && times < KEPT_TO : times === 1
    if (!this.laidOut || !kept) this.laidOut = { scale, floor, labels: this.layOut(ctx) }
    return this.laidOut.labels
  }

  /** Whether the labels were laid out for another scale than the present one. */
  get rough(): boolean {
    return this.laidOut !== null && this.laidOut.scale !== this.camera.scale
  }

  private layOut(ctx: CanvasRenderingContext2D): Map<number, Label> {
    const sections = this.store.chart.sections.flatMap(({ seats, floor }, at) =>
      seats > 0 && this.grid.shows(floor) ? [at] : [],
    )
    const labels = new Map<number, Label>()
    const crowded = new Set<string>()
    for (const at of sections) {
      const label = this.fit(ctx, at, this.names[at].full)
      if (label) labels.set(at, label)
      else crowded.add(this.names[at].group)
    }
    for (const at of sections) {
      const { group, short } = this.names[at]
      if (group === '' || !crowded.has(group)) continue
      const label = this.fit(ctx, at, short)
      if (label) labels.set(at, label)
    }
    this.dropPatchy(labels, sections)
    return labels
  }

  /** A name here and there in a ring of equals looks like a mistake. */
  private dropPatchy(labels: Map<number, Label>, sections: readonly number[]): void {
    const tiers = new Map<number, number[]>()
    for (const at of sections) {
      const { category } = this.store.chart.sections[at]
      tiers.set(category, [...(tiers.get(category) ?? []), at])
    }
    for (const tier of tiers.values()) {
      const lacking = tier.filter((at) => !labels.has(at)).length
      if (tier.length < TIER_MIN || lacking <= tier.length * LACKING_MAX) continue
      for (const at of tier) labels.delete(at)
    }
  }

  private fit(ctx: CanvasRenderingContext2D, at: number, name: string): Label | null {
    const width = this.usualWidth * this.camera.scale
    const lines = hasSecondLine(width) ? [name, ...this.wordsOf(at)] : [name]
    const style = { family: this.look.fontFamily, size: labelSize(width) }
    return fitLabel(ctx, this.camera, this.places[at], lines, style)
  }

  private wordsOf(at: number): readonly string[] {
    const left = this.store.sectionCountOf(at, Status.available)
    const price = this.store.cheapestOf(at)
    const known = this.words[at] as Words | undefined
    if (known?.left === left && known.price === price) return known.lines
    const { words } = this.look
    const lines = price === null ? [words.soldOut] : [words.left(left), words.from(price)]
    this.words[at] = { left, price, lines }
    return lines
  }
}

function nameOf({ label }: Section): Name {
  const space = label.lastIndexOf(' ')
  if (space < 0) return { full: label, short: label, group: '' }
  return { full: label, short: label.slice(space + 1), group: label.slice(0, space) }
}
