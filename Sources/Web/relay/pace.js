/**
 * How fast a page may hand frames to its socket. The relay closes a socket that brings more than
 * 100 frames or 64 KiB in a second (4029), however the second is cut; so a full bucket and one
 * second's refill together stay below that. Twenty long messages waiting for a provider would
 * otherwise reach it.
 */

const bytes = {capacity: 32 * 1024, perSecond: 28 * 1024}
const frames = {capacity: 40, perSecond: 40}

export class Pace {
  #bytes = bytes.capacity
  #frames = frames.capacity
  #at = -Infinity

  /**
   * @param {number} byteCount
   * @param {number} now milliseconds
   * @returns {number} 0 if the frame may go now, otherwise the milliseconds to wait
   */
  take(byteCount, now) {
    const seconds = Math.max(0, now - this.#at) / 1000
    this.#bytes = Math.min(bytes.capacity, this.#bytes + seconds * bytes.perSecond)
    this.#frames = Math.min(frames.capacity, this.#frames + seconds * frames.perSecond)
    this.#at = now
    const shortBytes = byteCount - this.#bytes
    const shortFrames = 1 - this.#frames
    if (shortBytes > 0 || shortFrames > 0) {
      return Math.ceil(1000 * Math.max(shortBytes / bytes.perSecond, shortFrames / frames.perSecond))
    }
    this.#bytes -= byteCount
    this.#frames -= 1
    return 0
  }
}
