// A QR code as one path: sharp on paper and screen. Dark on white in both themes, as scanners want.

import qrcode from 'qrcode-generator'
import { useMemo } from 'react'

/** Modules of white around the code; readers need four. */
const QUIET = 4

export function QrCode({ text, label }: { text: string; label: string }) {
  const { size, path } = useMemo(() => draw(text), [text])
  return (
    <svg
      role="img"
      aria-label={label}
      data-qr={text}
      viewBox={`${-QUIET} ${-QUIET} ${size + 2 * QUIET} ${size + 2 * QUIET}`}
      shapeRendering="crispEdges"
      className="block w-full rounded-2xl bg-white"
    >
      <path d={path} fill="#000" />
    </svg>
  )
}

function draw(text: string): { size: number; path: string } {
  const code = qrcode(0, 'M')
  code.addData(text)
  code.make()
  const size = code.getModuleCount()
  let path = ''
  for (let line = 0; line < size; line += 1) {
    for (let column = 0; column < size; column += 1) {
      if (code.isDark(line, column)) path += `M${column} ${line}h1v1h-1z`
    }
  }
  return { size, path }
}
