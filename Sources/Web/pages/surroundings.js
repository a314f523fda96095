/** What the browser around a page does: comes back, changes size, tells the time. */

/** The socket's clock must notice that the machine slept, so it is the wall's. */
export const timers = {
  now: () => Date.now(),
  /** @param {() => void} work @param {number} ms */
  set: (work, ms) => setTimeout(work, ms),
  /** @param {any} timer */
  clear: timer => clearTimeout(timer),
}

/** The session's clock must never jump. */
export const now = () => performance.now()

/**
 * @param {() => void} wake called when the network or the page may be back
 * @param {AbortSignal} signal
 */
export function onReturn(wake, signal) {
  // A phone's browser that comes from its cache fires `pageshow` and not `visibilitychange`.
  window.addEventListener('pageshow', event => event.persisted && wake(), {signal})
  window.addEventListener('online', wake, {signal})
  document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && wake(), {signal})
}

/**
 * iOS lays its keyboard over the page without telling `dvh`; the style sheets read the height left.
 *
 * @param {AbortSignal} signal
 */
export function followKeyboard(signal) {
  const viewport = window.visualViewport
  if (!viewport) return
  const measure = () => {
    // While somebody has zoomed in, the viewport is small for another reason.
    if (viewport.scale > 1.01) return
    document.documentElement.style.setProperty('--vvh', `${Math.round(viewport.height)}px`)
  }
  viewport.addEventListener('resize', measure, {signal})
  measure()
}

/**
 * However often it is asked for, it is done once, when the present turn is over. Not on animation frames:
 * a hidden tab has none, and its title must still count.
 *
 * @param {() => void} act
 * @returns {() => void} asks for it
 */
export function oncePerTurn(act) {
  let isAsked = false
  return () => {
    if (isAsked) return
    isAsked = true
    queueMicrotask(() => {
      isAsked = false
      act()
    })
  }
}

/** One timer for everything that shows minutes or counts down; it sleeps until the next change. */
export class Ticker {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer
  #tick

  /** @param {() => void} tick */
  constructor(tick) {
    this.#tick = tick
  }

  /** @param {number} ms until something shown will read otherwise */
  wait(ms) {
    clearTimeout(this.#timer)
    if (ms < Infinity) this.#timer = setTimeout(this.#tick, Math.max(50, ms))
  }

  stop() {
    clearTimeout(this.#timer)
  }
}
