import {PatientSession} from '../../../Sources/Web/relay/session-patient.js'
import {OtherProvider} from './other-pages.js'
import {pageKeys, TestPage} from './page.js'
import {secret} from './relay.js'

/** A patient's page, what it asked for since one last looked, and the provider's page. */
export class Patient extends TestPage {
  /** @type {Map<number, OtherProvider>} those on duty, by session */
  providers = new Map()

  constructor(given = {}) {
    super(new PatientSession({secret, pageKey: pageKeys.patient, card: {name: 'Ada', reason: 'Rash'}, ...given}))
    this.provider = new OtherProvider()
    this.providers.set(this.provider.session, this.provider)
  }

  get thread() {
    return this.session.thread
  }

  /** @param {number} conversation */
  chat(conversation) {
    return this.thread.segments.find(segment => segment.conversation.id === conversation)?.conversation
  }

  async checkIn({resumed = false} = {}) {
    await this.do({type: 'opened'})
    await this.notice({type: 'checked_in', resumed, time: 1_000_000, rejoin: 'K7PM', grace_ms: 120_000, rejoin_ms: 600_000})
    await this.notice(...[...this.providers.values()].map(({duty}) => duty))
    await this.notice({type: 'provider', status: 'available', name: 'Dr Rivera'})
    return this
  }

  /** @param {number} conversation */
  conversation(conversation, {phase = 'waiting', epoch = 0, session = 2} = {}) {
    return this.notice({type: 'conversation', conversation, session, epoch, phase})
  }

  erased(conversation, cause = 'closed') {
    this.provider.ends.delete(conversation)
    return this.notice({type: 'erased', conversation, cause})
  }

  /** On another socket, with what the relay says again to a page that came back. */
  async comeBack() {
    const held = this.thread.held.map(({id, epoch, phase}) => ({id, epoch, phase, after: this.chat(id).handed}))
    await this.checkIn({resumed: true})
    for (const {id, epoch, phase} of held) await this.conversation(id, {epoch, phase})
    for (const {id, after} of held) await this.frame(...(this.provider.ends.get(id)?.ledger.after(after, 0) ?? []))
  }

  write(...texts) {
    return this.do(...texts.map(text => ({type: 'write', text})))
  }

  async answer(command) {
    if (command.type === 'card' || command.type === 'commit') return this.providers.get(command.session)?.hear(command) ?? []
    return command.type === 'wrap' ? this.provider.hear(command) : []
  }

  end(conversation) {
    return this.provider.ends.get(conversation)
  }

  /** Every message on the screen with its state. */
  get screen() {
    return [
      ...this.thread.segments.flatMap(({conversation}) => conversation.messages.map(one => (one.isOwn ? `${one.text}: ${conversation.delivery(one)}` : `< ${one.text}`))),
      ...this.thread.waiting.map(one => `${one.text}: ${one.failure ?? 'waiting'}`),
    ]
  }
}
