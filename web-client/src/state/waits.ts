// Waiting, but not for ever.

/** Whether a promise was kept within so many milliseconds; false when it was broken, too. */
export async function doneWithin(promise: Promise<unknown>, ms: number): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<boolean>((done) => {
    timer = setTimeout(() => done(false), ms)
  })
  const kept = promise.then(() => true, () => false)
  const done = await Promise.race([kept, late])
  clearTimeout(timer)
  return done
}
