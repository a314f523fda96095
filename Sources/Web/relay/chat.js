/** A conversation on the provider's page: whose it is, when it ended, whether it was copied. */

import {Conversation} from './conversation.js'
import {providerSlot} from './frames.js'

/** The two times of one event, each rounded by the relay. */
const tolerance = 1_000

/** @typedef {import('./messages.js').VisitEnd | 'ended_by_you'} EndReason */

export class Chat {
  endedAt = /** @type {number | null} */ (null)
  expiring = /** @type {{cause: 'idle' | 'maximum_age', at: number} | null} */ (null)
  #copiedThrough = 0

  /**
   * @param {object} given
   * @param {number} given.conversation
   * @param {number} given.visit
   * @param {number} given.epoch
   * @param {import('./messages.js').Phase} given.phase
   */
  constructor({conversation, visit, epoch, phase}) {
    this.visit = visit
    this.conversation = new Conversation({conversation, epoch, slot: providerSlot, phase})
  }

  get id() {
    return this.conversation.id
  }

  get isLive() {
    return this.conversation.isLive
  }

  get isCopied() {
    return this.conversation.hasMessages && this.#copiedThrough >= this.conversation.last
  }

  /** Whether something would be lost with it that is nowhere else. */
  get needsCopy() {
    return this.conversation.hasMessages && !this.isCopied
  }

  /** @param {number} time the relay's; the first one told stays */
  end(time) {
    this.endedAt ??= time
    this.conversation.typing.forget()
  }

  /** @param {{cause: 'idle' | 'maximum_age', at: number} | null} expiring */
  expire(expiring) {
    this.expiring = expiring && {cause: expiring.cause, at: expiring.at}
  }

  fill() {
    this.conversation.isNearlyFull = true
  }

  markCopied() {
    this.#copiedThrough = this.conversation.last
  }

  /**
   * A chat may have been ended by the provider long before its patient left.
   *
   * @param {import('./visit.js').Visit | undefined} visit
   * @returns {EndReason}
   */
  endReason(visit) {
    if (visit === undefined) return 'left'
    if (visit.over === null || (this.endedAt ?? 0) < visit.over.time - tolerance) return 'ended_by_you'
    return visit.over.reason
  }
}
