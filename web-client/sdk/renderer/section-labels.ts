// Which words stand on each section from afar: its name, what is left of it and at which prices, as
// much as there is room for. Sections of one kind say equally much; blocks that share the beginning
// of their names ("Floor A", "Floor B") are shortened together or not at all.

import type { Point } from '../api-types.js'
import type { Section } from '../chart.js'
import { centreOf, roomiestOf, surfaceOf } from '../geometry.js'
import { Status } from '../protocol/index.js'
import type { PriceRange, SeatStore } from '../seat-store.js'
import type { Camera } from './camera.js'
import { fitLines, labelSize, type Label, type LabelPlace } from './labels.js'
import type { SeatGrid } from './seat-grid.js'
import type { MapLook } from './theme.js'

/** While the map comes closer or goes, labels stay as they are until there is so much more room. */
const KEPT_FROM = 0.96
const KEPT_TO = 1.2

/** A tier of at least so many sections shows no names if more of them than this lack room. */
const TIER_MIN = 6
const LACKING_MAX = 1 / 3

/** The last and shortest of the forms. */
const NAME_ONLY = 3

/** Nothing was heard yet. */
const UNKNOWN = [[], [], [], []]

interface Name {
  full: string
  /** What is left without the words shared with others. */
  short: string
  group: string
}

/** What is written below a name, and the state of the section that it was made of. */
interface Words {
  left: number
  low: string | null
  high: string | null
  /** From the most to the least: what is left and for how much, both in a line, the price, none. */
  forms: readonly (readonly string[])[]
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
    this.places = sections.map(placeOf)
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
    const crowded = new Set<string>()
    const tiers = new Map<number, number[]>()
    this.store.chart.sections.forEach(({ seats, floor, category }, at) => {
      if (seats === 0 || !this.grid.shows(floor)) return
      tiers.set(category, [...(tiers.get(category) ?? []), at])
      const { full, group } = this.names[at]
      if (!this.fit(ctx, at, full, NAME_ONLY)) crowded.add(group)
    })
    const labels = new Map<number, Label>()
    for (const tier of tiers.values()) {
      for (const [at, label] of this.layOutTier(ctx, tier, crowded)) labels.set(at, label)
    }
    return labels
  }

  /** All of a tier say as much as most of them have room for, the others as much as they can. */
  private layOutTier(
    ctx: CanvasRenderingContext2D,
    tier: readonly number[],
    crowded: ReadonlySet<string>,
  ): ReadonlyMap<number, Label> {
    const labels = new Map<number, Label>()
    for (let form = 0; form <= NAME_ONLY && labels.size < tier.length; form += 1) {
      const fitting = new Map<number, Label>()
      for (const at of tier) {
        if (labels.has(at)) continue
        const { group, full, short } = this.names[at]
        const name = group !== '' && crowded.has(group) ? short : full
        const label = this.fit(ctx, at, name, form)
        if (label) fitting.set(at, label)
      }
      const lacking = tier.length - labels.size - fitting.size
      // More here and there in a ring of equals looks like a mistake, and names do.
      const patchy = lacking > tier.length * LACKING_MAX
      if (labels.size === 0 && patchy && (form < NAME_ONLY || tier.length >= TIER_MIN)) continue
      for (const [at, label] of fitting) labels.set(at, label)
    }
    return labels
  }

  private fit(
    ctx: CanvasRenderingContext2D,
    at: number,
    name: string,
    form: number,
  ): Label | null {
    const width = this.usualWidth * this.camera.scale
    const lines = [name, ...this.formsOf(at)[form]]
    const style = { family: this.look.fontFamily, size: labelSize(width) }
    return fitLines(ctx, this.camera, this.places[at], lines, style)
  }

  private formsOf(at: number): Words['forms'] {
    if (!this.store.ready) return UNKNOWN
    const left = this.store.sectionCountOf(at, Status.available)
    const prices = this.store.pricesOf(at)
    const { low, high } = prices ?? { low: null, high: null }
    const known = this.words[at] as Words | undefined
    if (known?.left === left && known.low === low && known.high === high) return known.forms
    const forms = prices === null ? this.soldOut : this.formsFor(left, prices)
    this.words[at] = { left, low, high, forms }
    return forms
  }

  private get soldOut(): Words['forms'] {
    const { soldOut } = this.look.words
    return [[soldOut], [soldOut], [], []]
  }

  private formsFor(left: number, { low, high }: PriceRange): Words['forms'] {
    const { words } = this.look
    const between = words.range?.(low, high) ?? words.from(low)
    const price = low === high ? words.each(low) : between
    const count = words.short?.(left) ?? String(left)
    return [[words.left(left), price], [`${count} · ${price}`], [price], []]
  }
}

function placeOf({ outline, bounds }: Section): LabelPlace {
  const centre = centreOf(outline)
  // Looked for where it is needed only: it takes longer than all the rest.
  let found: Point | null = null
  const roomiest = () => (found ??= roomiestOf(outline, bounds, centre))
  return { outline, bounds, centre, roomiest }
}

function nameOf({ label }: Section): Name {
  const space = label.lastIndexOf(' ')
  if (space < 0) return { full: label, short: label, group: '' }
  return { full: label, short: label.slice(space + 1), group: label.slice(0, space) }
}
