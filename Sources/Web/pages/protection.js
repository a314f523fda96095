/**
 * How well a chat is protected, as a page shows it. A page remembers what it has shown of each person:
 * that a code took the place of another, and that somebody said "different", must outlive the
 * conversation in which it happened.
 */

/** @typedef {import('../relay/conversation.js').Conversation} Conversation */
/** @typedef {import('../relay/conversation.js').Safety} Safety */
/** @typedef {import('../elements/safety-code.js').SafetyView} SafetyView */
/** @typedef {import('../elements/stopped-banner.js').Stop} Stop */

/** @param {Conversation} conversation @returns {boolean} whether its messages go sealed from page to page */
export const isEndToEnd = conversation => conversation.isSealed && conversation.isTrusted

/** @param {Iterable<Conversation>} conversations that the service may still have */
export function keptOf(conversations) {
  const all = [...conversations]
  return {
    held: all.reduce((sum, {last}) => sum + last, 0),
    isReadable: all.some(({last, isTrusted}) => last > 0 && !isTrusted),
  }
}

export class ProtectionWatch {
  /** @type {Map<number, {safety: Safety, renewed: SafetyView['renewed']}>} */
  #people = new Map()
  /** @type {Map<string, number>} what was said once, and about whom */
  #said = new Map()

  /**
   * @param {number} person
   * @param {Safety | null | undefined} safety as it is now
   * @returns {SafetyView['renewed']} only once: whether its code has taken the place of another
   */
  see(person, safety) {
    const former = this.#people.get(person)
    if (!safety || safety === former?.safety) return null
    const renewed = former ? (former.safety.comparison === 'compared' ? 'again' : 'first') : null
    this.#people.set(person, {safety, renewed})
    this.#said.delete(keyOf('compared', person, 0))
    return renewed
  }

  /**
   * @param {number} person
   * @param {Safety | null | undefined} safety
   * @param {string} name
   * @returns {SafetyView | null}
   */
  view(person, safety, name) {
    if (!safety) return null
    const known = this.#people.get(person)
    return {...safety, renewed: known?.safety === safety ? known.renewed : null, name}
  }

  /** @param {{has(person: number): boolean}} people who are still there */
  keepOnly(people) {
    for (const person of [...this.#people.keys()]) if (!people.has(person)) this.#people.delete(person)
    for (const [key, person] of [...this.#said]) if (!people.has(person)) this.#said.delete(key)
  }

  /**
   * Nothing new is paired once a person has said that the codes differ, in no later conversation either.
   *
   * @param {number} person
   * @param {Conversation | undefined} conversation
   * @returns {Stop | null}
   */
  stop(person, conversation) {
    if (conversation && conversation.breach !== null) return conversation.breach
    const safety = conversation?.safety ?? this.#people.get(person)?.safety
    return safety?.comparison === 'different' ? 'compared' : null
  }

  /**
   * @param {Stop | null} stop
   * @param {number} person
   * @param {number} conversation
   * @returns {boolean} whether it has not been said yet
   */
  isNews(stop, person, conversation) {
    if (stop === null) return false
    const key = keyOf(stop, person, conversation)
    const isNews = !this.#said.has(key)
    this.#said.set(key, person)
    return isNews
  }
}

/**
 * A breach is a conversation's; the rest is about the other page, whatever the conversation.
 *
 * @param {Stop} stop
 * @param {number} person
 * @param {number} conversation
 */
function keyOf(stop, person, conversation) {
  const isAboutPage = stop === 'compared' || stop === 'unprotected'
  return `${stop} ${person} ${isAboutPage ? '' : conversation}`
}
