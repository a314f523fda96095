import {encodeCard} from '../../../Sources/Web/relay/cards.js'
import {ProviderSession} from '../../../Sources/Web/relay/session-provider.js'
import {said} from './relay.js'

/** A provider's page, and what it asked for since one last looked. */
export class Provider {
  #said = []
  #secrets = 0
  now = 0

  constructor({token = 'a.b.c'} = {}) {
    const makeSecret = () => `secret-${(this.#secrets += 1)}`
    this.session = new ProviderSession({token, makeSecret})
  }

  do(event) {
    const effects = this.session.handle(event, this.now)
    this.#said.push(...said(effects))
    return effects
  }

  notice(notice) {
    return this.do({type: 'notice', notice})
  }

  frame(bytes) {
    return this.do({type: 'bytes', bytes})
  }

  command(command) {
    return this.do({type: 'command', command})
  }

  signIn({resumed = false} = {}) {
    this.do({type: 'opened'})
    this.notice({type: 'signed_in', session: 2, resumed, time: 1_000_000, provider: 'rivera', display_name: 'Dr Rivera', room: 'demo', status: 'available', grace_ms: 90_000})
    return this
  }

  settle() {
    this.notice({type: 'ready'})
    return this
  }

  card(name, visit, revision = 1) {
    this.notice({type: 'card', visit, revision, card: encodeCard({name, reason: ''})})
  }

  arrives(name, visit, more = {}) {
    this.notice({type: 'visit', visit, arrived: visit * 1000, presence: 'here', since: visit * 1000, rejoined: false, held_by: 'nobody', provider: null, in_call: false, pending: 0, conversation: null, ...more})
    if (name !== null) this.card(name, visit)
  }

  conversation(conversation, visit, {phase = 'waiting', epoch = 1, ended = null} = {}) {
    this.notice({type: 'conversation', conversation, visit, epoch, phase, ended})
  }

  get said() {
    return this.#said.splice(0)
  }
}
