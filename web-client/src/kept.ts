// Small choices that outlive a visit. A browser that keeps nothing costs the choice, not the page.

export function kept(key: string): string | null {
  try {
    return window.localStorage.getItem(key)
  } catch {
    return null
  }
}

export function keep(key: string, value: string): void {
  try {
    window.localStorage.setItem(key, value)
  } catch {
    // Full or forbidden; the choice holds for this visit.
  }
}
