/**
 * How far the other side has come in one conversation: believed only with a proof that the other page
 * alone can make. Source: `docs/protocol.md`, "The chain and its proofs".
 */

/** @typedef {'delivered' | 'seen'} Kind */
/** @typedef {{kind: Kind, watermark: number, proof: Uint8Array}} Claim */

export class Watermarks {
  delivered = 0
  seen = 0
  /** @type {Record<Kind, Claim | null>} the newest of each that this page cannot check yet */
  #waiting = {delivered: null, seen: null}

  /** @param {Claim} claim */
  claim(claim) {
    if (claim.watermark <= this[claim.kind]) return
    if (claim.watermark > (this.#waiting[claim.kind]?.watermark ?? 0)) this.#waiting[claim.kind] = claim
  }

  /** @param {number} last the sequence that this page has @returns {Claim[]} what can be checked now */
  take(last) {
    /** @type {Claim[]} */
    const claims = []
    for (const kind of /** @type {const} */ (['delivered', 'seen'])) {
      const claim = this.#waiting[kind]
      if (claim === null || claim.watermark > last) continue
      claims.push(claim)
      this.#waiting[kind] = null
    }
    return claims
  }

  /** @param {Claim} claim that was proved */
  believe({kind, watermark}) {
    this[kind] = Math.max(this[kind], watermark)
    this.delivered = Math.max(this.delivered, this.seen)
  }
}
