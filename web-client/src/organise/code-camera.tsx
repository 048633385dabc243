// Reads codes with the camera: by the browser's own detector where it has one, else by a library
// that only who opens the camera loads.

import { useEffect, useRef, useState } from 'react'
import { t } from '../i18n'

interface Detector {
  detect(source: HTMLVideoElement): Promise<{ rawValue: string }[]>
}

interface DetectorMaker {
  new (options: { formats: string[] }): Detector
  getSupportedFormats?(): Promise<string[]>
}

const FORMAT = 'qr_code'

const LOOK_EVERY_MS = 150

/** A ticket held before the camera is one ticket, however long it is held. */
const SAME_CODE_MS = 4_000

/** Cameras exist only where pages came safely. */
export const hasCamera = (): boolean => navigator.mediaDevices !== undefined

async function makeDetector(): Promise<Detector> {
  const own = (globalThis as { BarcodeDetector?: DetectorMaker }).BarcodeDetector
  const formats = await own?.getSupportedFormats?.().catch((): string[] => [])
  if (own && formats?.includes(FORMAT) !== false) return new own({ formats: [FORMAT] })
  const { BarcodeDetector } = await import('qr/decode.js')
  return new BarcodeDetector({ formats: [FORMAT] })
}

export function CodeCamera({ onCode }: { onCode(code: string): void }) {
  const video = useRef<HTMLVideoElement>(null)
  const [failed, setFailed] = useState(false)
  const heard = useRef(onCode)
  useEffect(() => {
    heard.current = onCode
  })
  useEffect(() => {
    const shown = video.current
    if (!shown) return
    return watch(shown, (code) => heard.current(code), () => setFailed(true))
  }, [])
  if (failed) return <p className="text-sm text-soft">{t('door.noCamera')}</p>
  return (
    <video
      ref={video}
      muted
      playsInline
      aria-label={t('door.camera')}
      className="aspect-video w-full rounded-2xl bg-black object-cover"
    />
  )
}

/** Looks at what the camera sees until it is ended by the answer. */
function watch(video: HTMLVideoElement, say: (code: string) => void, fail: () => void) {
  let stopped = false
  let stream: MediaStream | null = null
  let timer: ReturnType<typeof setTimeout> | undefined
  let last = { code: '', at: 0 }
  const look = async (detector: Detector) => {
    // A picture that can't be read yet is followed by the next.
    const found = await detector.detect(video).catch(() => [])
    if (stopped) return
    const code = found.at(0)?.rawValue
    const now = Date.now()
    if (code) {
      if (code !== last.code || now - last.at > SAME_CODE_MS) say(code)
      last = { code, at: now }
    }
    timer = setTimeout(() => void look(detector), LOOK_EVERY_MS)
  }
  const begin = async () => {
    const wanted = { video: { facingMode: 'environment' } }
    stream = await navigator.mediaDevices.getUserMedia(wanted)
    if (stopped) return end()
    video.srcObject = stream
    await video.play()
    await look(await makeDetector())
  }
  const end = () => {
    for (const track of stream?.getTracks() ?? []) track.stop()
  }
  begin().catch(() => {
    end()
    if (!stopped) fail()
  })
  return () => {
    stopped = true
    clearTimeout(timer)
    end()
  }
}
