import {ProviderSession} from '../../../Sources/Web/relay/session-provider.js'
import {OtherPatient} from './other-pages.js'
import {pageKeys, TestPage} from './page.js'

/** A provider's page, what it asked for since one last looked, and the pages of its patients. */
export class Provider extends TestPage {
  /** @type {Map<number, OtherPatient>} by visit */
  patients = new Map()
  #session = 2

  constructor({token = 'a.b.c'} = {}) {
    let secretCount = 0
    const makeSecret = () => `secret-${(secretCount += 1)}`
    super(new ProviderSession({token, pageKey: pageKeys.provider, makeSecret}))
  }

  get desk() {
    return this.session.desk
  }

  /** @param {number} conversation */
  chat(conversation) {
    return this.desk.chats.get(conversation)?.conversation
  }

  command(command) {
    return this.do({type: 'command', command})
  }

  write(conversation, ...texts) {
    return this.do(...texts.map(text => ({type: 'write', conversation, text})))
  }

  async signIn({resumed = false, session = this.#session} = {}) {
    this.#session = session
    await this.do({type: 'opened'})
    await this.notice({type: 'signed_in', session, resumed, time: 1_000_000, provider: 'rivera', display_name: 'Dr Rivera', room: 'demo', status: 'available', grace_ms: 90_000})
    return this
  }

  async settled() {
    await this.notice({type: 'ready'})
    return this
  }

  /** Its patients and its chats, as the relay says them again to a page that came back. */
  async comeBack() {
    await this.signIn({resumed: true})
    for (const visit of this.patients.keys()) await this.row(visit)
    for (const {conversation: {id, epoch, phase}, visit} of [...this.desk.chats.values()]) await this.conversation(id, visit, {epoch, phase})
    return this.settled()
  }

  async card(name, visit, revision = 1) {
    await this.notice(await this.patients.get(visit).card(name, revision))
  }

  async row(visit, more = {}) {
    const {key} = this.patients.get(visit)
    await this.notice({type: 'visit', visit, key, arrived: visit * 1000, presence: 'here', since: visit * 1000, rejoined: false, held_by: 'you', provider: null, in_call: false, pending: 0, conversation: null, ...more})
  }

  async arrives(name, visit, more = {}) {
    if (!this.patients.has(visit)) this.patients.set(visit, new OtherPatient({visit}))
    await this.row(visit, {held_by: 'nobody', ...more})
    if (name !== null) await this.card(name, visit)
  }

  /** The relay tells both pages of a conversation; a new one is this session's, and the pages pair. */
  async conversation(conversation, visit, {phase = 'waiting', epoch = 0, ended = null} = {}) {
    await this.notice({type: 'conversation', conversation, visit, epoch, phase, ended})
    const patient = this.patients.get(visit)
    if (patient === undefined || patient.knows(conversation)) return
    await this.row(visit, {conversation})
    if (patient.isHere) await this.notice(...(await patient.claim(conversation, {epoch, session: this.#session})))
  }

  async answer(command) {
    const patient = this.patients.get(command.visit)
    return patient && (command.type === 'offer' || command.type === 'pair') ? patient.hear(command) : []
  }

  end(conversation) {
    return [...this.patients.values()].find(({ends}) => ends.has(conversation))?.ends.get(conversation)
  }
}
