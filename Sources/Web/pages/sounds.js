/**
 * Two sounds of less than 400 ms: somebody who arrives rises, a message falls. Browsers make no sound
 * for a page that nobody has pressed anything on; until then, and when they refuse, this one says so.
 */

/** @typedef {import('../relay/alerts.js').AlertKind} AlertKind */
/** @typedef {'ready' | 'blocked' | 'none'} SoundState `none`: this browser cannot make any */

/** Hertz, one after the other. */
const contours = Object.freeze({arrival: [587.33, 880], message: [783.99, 523.25]})
const noteLength = 0.18
/** The loudest, at full volume: two pure tones need no more. */
const loudest = 0.35
export const fullVolume = 10

const gestures = ['pointerup', 'click', 'keydown']

export class Sounds {
  /** @type {AudioContext | null} */
  #context = null
  #changed
  /** Whether the press that is being handled is the one that lets it play. */
  isJustUnlocked = false

  /** @param {() => void} changed its state may be another one @param {AbortSignal} signal */
  constructor(changed, signal) {
    this.#changed = changed
    const begin = () => (this.isJustUnlocked = false)
    for (const type of ['pointerdown', 'keydown']) document.addEventListener(type, begin, {signal, capture: true})
    for (const type of gestures) {
      document.addEventListener(type, event => event.isTrusted && this.#unlock(), {signal, capture: true})
    }
    signal.addEventListener('abort', () => void this.#context?.close(), {once: true})
  }

  /** @returns {SoundState} */
  get state() {
    if (!('AudioContext' in window)) return 'none'
    return this.#context?.state === 'running' ? 'ready' : 'blocked'
  }

  /** @param {AlertKind} kind @param {number} volume 0 to `fullVolume` @param {number} [after] seconds */
  play(kind, volume, after = 0) {
    const context = this.#context
    if (context?.state !== 'running' || volume <= 0) return
    contours[kind].forEach((frequency, index) => {
      const begin = context.currentTime + after + index * noteLength
      const oscillator = context.createOscillator()
      const gain = context.createGain()
      oscillator.frequency.value = frequency
      gain.gain.setValueAtTime(0, begin)
      // Heard loudness follows the square of the amplitude better than the amplitude.
      gain.gain.linearRampToValueAtTime(loudest * (volume / fullVolume) ** 2, begin + 0.015)
      gain.gain.exponentialRampToValueAtTime(0.0001, begin + noteLength)
      oscillator.connect(gain).connect(context.destination)
      oscillator.start(begin)
      oscillator.stop(begin + noteLength)
    })
  }

  /** @param {() => void} act now, or as soon as the browser allows it within a second */
  whenReady(act) {
    const context = this.#context
    if (!context) return
    const listener = new AbortController()
    setTimeout(() => listener.abort(), 1_000)
    context.addEventListener('statechange', () => context.state === 'running' && act(), {once: true, signal: listener.signal})
  }

  #unlock() {
    if (this.state !== 'blocked') return
    // Escape is a key and not a permission; to try then would only make the browser complain.
    const {userActivation} = /** @type {{userActivation?: {isActive: boolean}}} */ (navigator)
    if (userActivation?.isActive === false) return
    this.isJustUnlocked = true
    if (this.#context === null) {
      this.#context = new AudioContext()
      this.#context.addEventListener('statechange', () => this.#changed())
    }
    this.#context.resume().then(() => this.#changed(), () => this.#changed())
  }
}
