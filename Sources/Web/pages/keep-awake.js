/**
 * Keeps a phone from locking while this page is in front. The browser takes the lock back whenever the
 * page is hidden, so it is asked for again each time; what is shown is what is so.
 */

/** @typedef {'on' | 'off' | 'refused' | 'none'} AwakeState */
/** @typedef {{released: boolean, release(): Promise<void>, addEventListener(type: 'release', heard: () => void): void}} Lock */

export class KeepAwake {
  #isWanted = true
  #isRefused = false
  /** @type {Lock | null} */
  #lock = null
  #isAsking = false
  #changed

  /** @param {() => void} changed @param {AbortSignal} signal */
  constructor(changed, signal) {
    this.#changed = changed
    document.addEventListener('visibilitychange', () => void this.#ask(), {signal})
    signal.addEventListener('abort', () => this.#letGo(), {once: true})
    void this.#ask()
  }

  /** @returns {AwakeState} */
  get state() {
    if (!isAvailable()) return 'none'
    if (!this.#isWanted) return 'off'
    return this.#isRefused ? 'refused' : 'on'
  }

  /** @param {boolean} isWanted */
  want(isWanted) {
    this.#isWanted = isWanted
    this.#isRefused = false
    if (isWanted) void this.#ask()
    else this.#letGo()
    this.#changed()
  }

  async #ask() {
    const holds = this.#lock !== null && !this.#lock.released
    if (this.state === 'none' || !this.#isWanted || holds || this.#isAsking) return
    if (document.visibilityState !== 'visible') return
    this.#isAsking = true
    try {
      this.#lock = await /** @type {{wakeLock: {request(kind: string): Promise<Lock>}}} */ (/** @type {unknown} */ (navigator)).wakeLock.request('screen')
      this.#isRefused = false
      // Switched off meanwhile.
      if (!this.#isWanted) this.#letGo()
    } catch {
      // Low battery, a frame that may not, a policy: it is asked for again when the page is next shown.
      this.#isRefused = document.visibilityState === 'visible'
    }
    this.#isAsking = false
    this.#changed()
  }

  #letGo() {
    this.#isWanted = false
    void this.#lock?.release()
    this.#lock = null
  }
}

/** A page in a frame has it only if the page around it gave it: asking would only be complained of. */
function isAvailable() {
  const policy = /** @type {{featurePolicy?: {allowsFeature(name: string): boolean}}} */ (/** @type {unknown} */ (document)).featurePolicy
  return 'wakeLock' in navigator && policy?.allowsFeature('screen-wake-lock') !== false
}
