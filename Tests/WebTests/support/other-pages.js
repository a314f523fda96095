/** The page at the other end of a session's test: real keys and a real pairing, and a relay's names. */

import {decodeCard, encodeCard} from '../../../Sources/Web/relay/cards.js'
import {openCard, sealCard, suite} from '../../../Sources/Web/relay/cipher.js'
import {PatientPairing} from '../../../Sources/Web/relay/pairing-patient.js'
import {ProviderPairings} from '../../../Sources/Web/relay/pairing-provider.js'
import {base64url, fromBase64url} from '../../../Sources/Web/relay/secret.js'
import {OtherEnd} from './other-end.js'
import {pageKeys} from './page.js'

class OtherPage {
  /** @type {Map<number, OtherEnd>} its ends of the conversations, by the relay's handle */
  ends = new Map()
  /** Whether it hears anything at all. */
  isHere = true

  /** What the other page commands, as the page under test hears it. */
  notices({commands, ciphers}) {
    for (const {conversation, cipher} of ciphers) this.ends.set(conversation, new OtherEnd({cipher, conversation}))
    return commands.map(command => this.rename(command))
  }
}

export class OtherProvider extends OtherPage {
  cards = []

  constructor({pageKey = pageKeys.provider, session = 2} = {}) {
    super()
    this.pageKey = pageKey
    this.session = session
    this.pairings = new ProviderPairings({pageKey})
    this.pairings.see(3, pageKeys.patient.publicKey)
  }

  get duty() {
    return {type: 'duty', session: this.session, suite, key: base64url(this.pageKey.publicKey)}
  }

  get safety() {
    return this.pairings.safety(3)
  }

  /** @returns {Promise<object[]>} */
  async hear(command) {
    if (!this.isHere) return []
    switch (command.type) {
      case 'card': return this.#read(command)
      case 'commit': return this.notices(await this.pairings.commit({...command, visit: 3}))
      case 'wrap': return this.notices(await this.pairings.wrap({...command, visit: 3, epoch: command.first}))
      default: return []
    }
  }

  async #read({revision, card}) {
    const bytes = await openCard({to: this.pageKey, from: pageKeys.patient.publicKey, revision, sealed: fromBase64url(card)})
    this.cards.push(decodeCard(bytes))
    return []
  }

  rename({visit, ...offer}) {
    return {...offer, session: this.session}
  }
}

export class OtherPatient extends OtherPage {
  #claims = new Map()

  constructor({pageKey = pageKeys.patient, visit}) {
    super()
    this.pageKey = pageKey
    this.visit = visit
    this.pairing = new PatientPairing({pageKey})
    /** What the relay says that its key is. */
    this.key = base64url(pageKey.publicKey)
  }

  /** The relay tells it of a conversation. @returns {Promise<object[]>} what it then says */
  async claim(conversation, {epoch, session}) {
    this.#claims.set(conversation, {epoch, session})
    return this.#claim(conversation)
  }

  async #claim(conversation) {
    const key = pageKeys.provider.publicKey
    return this.notices(await this.pairing.claim({conversation, key, ...this.#claims.get(conversation)}))
  }

  knows(conversation) {
    return this.#claims.has(conversation)
  }

  /** @returns {Promise<object[]>} */
  async hear(command) {
    if (!this.isHere) return []
    if (command.type === 'offer') {
      const {session} = [...this.#claims.values()].at(-1) ?? {}
      return this.notices(await this.pairing.offer({...command, session}))
    }
    const said = []
    for (const conversation of this.#claims.keys()) said.push(...(await this.#claim(conversation)))
    return said
  }

  async card(name, revision = 1) {
    const address = {to: pageKeys.provider.publicKey, from: this.pageKey, revision}
    const sealed = await sealCard({...address, card: encodeCard({name, reason: ''})})
    return {type: 'card', visit: this.visit, revision, card: base64url(sealed)}
  }

  rename({session, ...command}) {
    return command.type === 'commit' ? {...command, visit: this.visit} : command
  }
}
