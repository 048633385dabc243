// A little house of dots for each event: rows curved round a stage, as many in colour as there are
// seats left. Its colours and pattern follow from the event's number, so it is always the same.

const PALETTES = [
  { ground: '#10233f', dot: '#ff6b4a', glow: '#24457a' },
  { ground: '#f3c64b', dot: '#3a1d0a', glow: '#f9dd8a' },
  { ground: '#134e42', dot: '#f2e8d5', glow: '#1f7a66' },
  { ground: '#e9ddd0', dot: '#b3261e', glow: '#f7f0e7' },
  { ground: '#2b1d3a', dot: '#f5b6d0', glow: '#4c3468' },
  { ground: '#cfe0e8', dot: '#0f3c5c', glow: '#eaf3f7' },
]

const WIDTH = 400
const HEIGHT = 220
const ROWS = 7
const STAGE = { x: WIDTH / 2, y: -46 }
const FIRST_ROW = 104
const ROW_STEP = 25
const DOT_STEP = 22

/** A number of 0 to 1 for each dot, always the same for the same seed. */
function chance(seed: number, at: number): number {
  const value = Math.sin(seed * 127.1 + at * 311.7) * 43758.5453
  return value - Math.floor(value)
}

function dotsOf(): { x: number; y: number }[] {
  const dots: { x: number; y: number }[] = []
  for (let row = 0; row < ROWS; row += 1) {
    const radius = FIRST_ROW + row * ROW_STEP
    const count = Math.floor((radius * Math.PI * 0.78) / DOT_STEP)
    for (let at = 0; at < count; at += 1) {
      const angle = Math.PI * (0.11 + (0.78 * (at + 0.5)) / count)
      const x = STAGE.x + Math.cos(angle) * radius * 1.18
      const y = STAGE.y + Math.sin(angle) * radius
      if (y > 30) dots.push({ x, y })
    }
  }
  return dots
}

const DOTS = dotsOf()

export function HouseArt({ seed, available }: { seed: number; available: number }) {
  const { ground, dot, glow } = PALETTES[seed % PALETTES.length]
  const id = `glow-${seed}`
  return (
    <svg
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="xMidYMid slice"
      aria-hidden="true"
      className="block aspect-[20/11] w-full"
    >
      <defs>
        <radialGradient id={id} cx="50%" cy="-10%" r="95%">
          <stop offset="0%" stopColor={glow} />
          <stop offset="100%" stopColor={ground} />
        </radialGradient>
      </defs>
      <rect width={WIDTH} height={HEIGHT} fill={`url(#${id})`} />
      <rect x={WIDTH / 2 - 62} y="20" width="124" height="8" rx="4" fill={dot} opacity="0.9" />
      {DOTS.map(({ x, y }, at) => (
        <circle
          key={at}
          cx={x}
          cy={y}
          r="7"
          fill={dot}
          opacity={chance(seed, at) < available ? 0.95 : 0.14}
        />
      ))}
    </svg>
  )
}
