/**
 * Two real sessions and an honest relay between them: one visit at a time, one provider. Nothing happens
 * by itself: a schedule decides when the relay reads, when a page hears, when a seal is ready, and who is
 * disconnected. What an honest relay would call a breach of the protocol is a failed assertion.
 */

import assert from 'node:assert/strict'
import {encodeFrame, patientSlot, providerSlot} from '../../../Sources/Web/relay/frames.js'
import {base64url} from '../../../Sources/Web/relay/secret.js'
import {PatientSession} from '../../../Sources/Web/relay/session-patient.js'
import {ProviderSession} from '../../../Sources/Web/relay/session-provider.js'
import {QueuedPage} from './queued-page.js'
import {Ledger, sent} from './relay.js'

export class TinyRoom {
  now = 20_000
  restartCount = 0
  /** Texts of this patient's page that it took. */
  written = new Set()
  /** Texts that were ever on a provider's page, and on a patient's. */
  read = {patient: new Set(), provider: new Set()}
  /** How many of the next messages are refused for now. */
  refusals = 0
  #conversations = new Map()
  #erasures = new Map()
  #counts = {page: 0, conversation: 0, session: 0, visit: 0, text: 0}
  #visit = null
  #session = null

  /** @param {import('../../../Sources/Web/relay/page-key.js').PageKey[]} pageKeys */
  constructor(random, pageKeys) {
    this.random = random
    this.pageKeys = pageKeys
    /** @type {QueuedPage} */
    this.provider = this.#makeProvider()
    /** @type {QueuedPage} */
    this.patient = this.#makePatient('')
  }

  get pages() {
    return [this.patient, this.provider]
  }

  /** Another page has another key. */
  get #pageKey() {
    this.#counts.page += 1
    return this.pageKeys[this.#counts.page % this.pageKeys.length]
  }

  #makeProvider() {
    const pageKey = this.#pageKey
    const makeSecret = () => base64url(this.random.bytes(32))
    return new QueuedPage(new ProviderSession({token: 'a.b.c', pageKey, makeSecret}), pageKey, this)
  }

  #makePatient(rejoin) {
    const pageKey = this.#pageKey
    const card = {name: 'Ada', reason: ''}
    return new QueuedPage(new PatientSession({secret: base64url(this.random.bytes(32)), pageKey, card, rejoin}), pageKey, this)
  }

  // What people do

  write(page) {
    const text = `text ${(this.#counts.text += 1)} `.padEnd(12 + this.random.below(400), 'x')
    if (page === this.provider) {
      const chat = this.#someChat(page)
      if (chat) page.do({type: 'write', conversation: chat.id, text})
      return
    }
    page.do({type: 'write', text})
    // More than twenty do not wait; that is said, and the text stays in the composer.
    if (this.screen.has(text)) this.written.add(text)
  }

  /** The patient's own texts, each with its latest state. */
  get screen() {
    const {segments, waiting} = this.patient.session.thread
    const own = segments.flatMap(({conversation}) => conversation.messages.filter(({isOwn}) => isOwn).map(one => [one.text, conversation.delivery(one)]))
    return new Map([...own, ...waiting.map(({text}) => [text, 'waiting'])])
  }

  /** What must not be, when nobody has anything left to say. */
  get problems() {
    const {screen} = this
    const lost = [...this.written].filter(text => !this.read.provider.has(text) && !screen.has(text)).map(text => `${text.slice(0, 8)} is nowhere`)
    const stuck = [...screen].filter(([, state]) => ['waiting', 'sending', 'sent'].includes(state)).map(([text, state]) => `${text.slice(0, 8)} is still ${state}`)
    const restarts = this.restartCount === 0 ? [] : ['a page asked for a new socket']
    return [...lost, ...stuck, ...restarts]
  }

  see(page) {
    const conversations = page === this.patient ? page.session.thread.held : page.session.desk.conversations
    for (const {id, last} of conversations) page.do({type: 'see', conversation: id, sequence: last})
  }

  type(page, isTyping) {
    if (page === this.patient) page.do({type: 'typing', isTyping})
    else for (const {id} of page.session.desk.chats.values()) page.do({type: 'typing', conversation: id, isTyping})
  }

  /** Somebody says that the codes are equal. */
  compare(page) {
    if (page === this.patient) page.do({type: 'compare', matches: true})
    else for (const visit of page.session.desk.visits.keys()) page.do({type: 'compare', visit, matches: true})
  }

  command(make) {
    const chat = this.#someChat(this.provider)
    if (chat) this.provider.do({type: 'command', command: make(chat)})
  }

  #someChat({session}) {
    const chats = [...session.desk.chats.values()]
    return chats[this.random.below(chats.length || 1)]
  }

  /** The page is loaded again: another session, with another key. */
  reloadProvider() {
    this.provider.lose()
    this.provider = this.#makeProvider()
    this.provider.open()
  }

  /** The relay has waited long enough for a provider's page to come back. */
  giveUpProvider() {
    if (this.#session?.page.isIn === false) this.#endSession('provider_lost')
  }

  /** Another page takes the visit over with its code; without a visit, somebody else comes. */
  reloadPatient() {
    const rejoin = this.#visit ? 'K7PM' : ''
    this.patient.lose()
    this.patient = this.#makePatient(rejoin)
    this.written.clear()
    this.patient.open()
  }

  /** Time passes, and pages are woken when they want to be. */
  wait(ms) {
    const end = this.now + ms
    for (;;) {
      const due = this.pages.map(page => ({page, at: page.session.deadline(this.now)})).sort((one, other) => one.at - other.at)[0]
      if (due.at > end) break
      this.now = Math.max(this.now, due.at)
      due.page.do({type: 'tick'})
      if (due.page.session.deadline(this.now) <= this.now) break // It waits for a seal.
    }
    this.now = Math.max(this.now, end)
  }

  /** Everything that is on its way is read, heard and done. */
  async drain() {
    while (this.pages.some(page => !page.isQuiet)) {
      for (const page of this.pages) {
        while (page.up.length > 0) this.readFrom(page)
        while (page.down.length > 0) page.hear()
        while (page.hasWork) await page.finish()
      }
    }
  }

  /** Both are connected for a minute, and nobody does anything. */
  async calm() {
    this.refusals = 0
    for (let seconds = 0; seconds < 60; seconds += 1) {
      for (const page of this.pages) page.open()
      await this.drain()
      this.wait(1_000)
    }
    await this.drain()
  }

  // What is true of both pages at any time

  look(page) {
    const isPatient = page.session instanceof PatientSession
    const conversations = isPatient ? page.session.thread.held : page.session.desk.conversations
    for (const {id, breach, messages} of conversations) {
      if (this.#conversations.has(id)) assert.equal(breach, null, `conversation ${id}, with an honest relay`)
      for (const {isOwn, text} of messages) if (!isOwn) this.read[isPatient ? 'patient' : 'provider'].add(text)
    }
  }

  // The relay

  /** It reads one thing that a page said. */
  readFrom(page) {
    const item = page.up.shift()
    if (item === undefined || !this.pages.includes(page)) return
    if (item instanceof Uint8Array) this.#frame(page, item)
    else this.#command(page, item)
  }

  forgetSocket(page) {
    if (page === this.#visit?.page) this.#tellRow()
    if (page === this.#session?.page) this.#tellStatus()
  }

  #command(page, command) {
    switch (command.type) {
      case 'check_in': return this.#checkIn(page, command)
      case 'sign_in': return this.#signIn(page, command)
      case 'leave': return this.#endVisit('left')
    }
    if (page === this.#visit?.page) this.#ofPatient(command)
    if (page === this.#session?.page) this.#ofProvider(command)
  }

  #checkIn(page, {session, key, resume}) {
    page.isIn = true
    const isKnown = this.#visit?.secret === session
    if (isKnown) {
      assert.equal(key, this.#visit.key)
    } else if (resume !== undefined) {
      return page.tell({type: 'close', code: 4105})
    } else if (this.#visit) {
      this.#endLive()
      Object.assign(this.#visit, {secret: session, key, conversations: [], nextEpoch: 0})
    } else {
      this.#visit = {id: (this.#counts.visit += 1), secret: session, key, conversations: [], live: null, nextEpoch: 0, isHeld: false}
    }
    this.#visit.page = page
    page.tell({type: 'checked_in', resumed: isKnown, time: this.now, rejoin: 'K7PM', grace_ms: 120_000, rejoin_ms: 600_000})
    if (this.#session) page.tell(this.#duty)
    for (const id of this.#visit.conversations) this.#tellPatient(id)
    if (isKnown) this.#catchUp(page, patientSlot, this.#visit.conversations, resume ?? [])
    this.#tellRow()
    this.#tellStatus()
    this.#settle()
  }

  #signIn(page, {session, key, resume}) {
    page.isIn = true
    const isKnown = this.#session?.secret === session
    if (isKnown) assert.equal(key, this.#session.key)
    else {
      if (this.#session) this.#endSession('refreshed')
      this.#session = {id: (this.#counts.session += 1), secret: session, key, conversations: []}
      this.#visit?.page.tell(this.#duty)
    }
    this.#session.page = page
    page.tell({type: 'signed_in', session: this.#session.id, resumed: isKnown, time: this.now, provider: 'rivera', display_name: 'Dr Rivera', room: 'demo', status: 'available', grace_ms: 90_000})
    this.#tellRow()
    for (const id of this.#session.conversations) this.#tellProvider(id)
    if (isKnown) this.#catchUp(page, providerSlot, this.#session.conversations, resume ?? [])
    page.tell({type: 'box', state: 'none', conversation: null})
    page.tell({type: 'ready'})
    this.#tellStatus()
    this.#settle()
  }

  get #duty() {
    return {type: 'duty', session: this.#session.id, suite: 1, key: this.#session.key}
  }

  #ofPatient(command) {
    const {type, session, ...members} = command
    const conversation = this.#conversations.get(command.conversation)
    if ((type === 'card' || type === 'commit') && session === this.#session?.id && (type === 'card' || this.#visit.isHeld)) {
      this.#session.page.tell({type, visit: this.#visit.id, ...members})
    }
    if (type === 'wrap' && conversation && conversation.session === this.#session?.id) this.#session.page.tell(command)
  }

  #ofProvider(command) {
    const {type, visit: _, ...members} = command
    const conversation = this.#conversations.get(command.conversation)
    switch (type) {
      case 'offer':
        if (command.visit === this.#visit?.id) this.#visit.page.tell({type, session: this.#session.id, ...members})
        return
      case 'pair':
        if (command.visit === this.#visit?.id) for (const id of this.#visit.conversations) this.#tellPatient(id)
        return
      case 'close_chat': return conversation && this.erase(conversation.id, 'closed')
      case 'end_chat': return conversation?.phase === 'waiting' ? (this.#end(conversation), this.#settle()) : undefined
      case 'start_call': return this.#startCall()
      case 'end_call': return conversation?.phase === 'in_call' ? this.#endVisit('finished') : undefined
      case 'remove_visit': return command.visit === this.#visit?.id ? this.#endVisit('removed') : undefined
      case 'wipe':
        for (const id of [...this.#session.conversations]) this.erase(id, 'wiped')
        return
      case 'sign_out': {
        const {page} = this.#session
        this.#endSession('refreshed')
        page.tell({type: 'close', code: 4106})
      }
    }
  }

  #startCall() {
    const conversation = this.#conversations.get(this.#visit?.live)
    if (!conversation) return
    conversation.phase = 'in_call'
    this.#tellPatient(conversation.id)
    this.#tellProvider(conversation.id)
  }

  /** With one provider on duty a visit is theirs, and always has a live conversation. */
  #settle() {
    const [visit, session] = [this.#visit, this.#session]
    if (!visit || !session || visit.live !== null) return
    visit.isHeld = true
    const id = (this.#counts.conversation += 1)
    const address = {conversation: id, epoch: visit.nextEpoch}
    this.#conversations.set(id, {id, session: session.id, visit: visit.id, page: visit.page, ...address, phase: 'waiting', ledger: new Ledger(), awaits: [false, false], receipts: [{}, {}]})
    visit.nextEpoch += 1
    visit.live = id
    visit.conversations.push(id)
    session.conversations.push(id)
    this.#tellPatient(id)
    this.#tellProvider(id)
    this.#tellRow()
    this.#tellStatus()
  }

  #end(conversation) {
    conversation.phase = 'ended'
    if (this.#visit?.live === conversation.id) this.#visit.live = null
    this.#tellPatient(conversation.id)
    this.#tellProvider(conversation.id)
  }

  #endLive() {
    const live = this.#conversations.get(this.#visit.live)
    if (live) this.#end(live)
  }

  #endVisit(reason) {
    if (!this.#visit) return
    this.#endLive()
    const {page, id} = this.#visit
    this.#session?.page.tell({type: 'visit_over', visit: id, reason, time: this.now})
    page.tell({type: 'visit_over', reason})
    page.tell({type: 'close', code: 4104})
    this.#visit = null
  }

  #endSession(cause) {
    const {id, conversations} = this.#session
    this.#session = null
    if (this.#visit) Object.assign(this.#visit, {isHeld: false, nextEpoch: 0})
    for (const conversation of [...conversations]) this.erase(conversation, cause)
    this.#visit?.page.tell({type: 'off_duty', session: id})
    this.#tellStatus()
  }

  /** @param {number} [id] or the live one */
  erase(id = this.#visit?.live, cause) {
    const conversation = this.#conversations.get(id)
    if (!conversation) return
    this.#conversations.delete(id)
    this.#erasures.set(id, cause)
    for (const holder of [this.#visit, this.#session]) if (holder) holder.conversations = holder.conversations.filter(other => other !== id)
    if (this.#visit?.live === id) this.#visit.live = null
    this.#session?.page.tell(erasure(id, cause))
    if (conversation.visit === this.#visit?.id && conversation.page === this.#visit.page) this.#visit.page.tell(erasure(id, cause))
    this.#settle()
  }

  #tellPatient(id) {
    const {conversation, session, epoch, phase, page} = this.#conversations.get(id)
    if (this.#visit?.page === page) page.tell({type: 'conversation', conversation, session, epoch, phase})
  }

  #tellProvider(id) {
    const {conversation, visit, epoch, phase} = this.#conversations.get(id)
    this.#session?.page.tell({type: 'conversation', conversation, visit, epoch, phase, ended: phase === 'ended' ? this.now : null})
  }

  #tellRow() {
    if (!this.#visit || !this.#session) return
    const {id, key, page, isHeld, live} = this.#visit
    this.#session.page.tell({type: 'visit', visit: id, key, arrived: 1, presence: page.isIn ? 'here' : 'reconnecting', since: 1, rejoined: false, held_by: isHeld ? 'you' : 'nobody', provider: isHeld ? 'Dr Rivera' : null, in_call: false, pending: 0, conversation: isHeld ? live : null})
  }

  #tellStatus() {
    const status = this.#session ? (this.#session.page.isIn ? 'available' : 'reconnecting') : 'nobody'
    this.#visit?.page.tell({type: 'provider', status, name: this.#session ? 'Dr Rivera' : null})
  }

  #frame(page, bytes) {
    const {kind, slot, number, conversation: id, epoch} = sent(bytes)
    const conversation = this.#conversations.get(id)
    const isTheirs = slot === patientSlot ? page === conversation?.page : this.#session?.page === page
    if (!conversation || !isTheirs) {
      if (kind === 'message') page.tell({type: 'refused', conversation: id, number, reason: 'erased', retry_ms: null})
      return
    }
    assert.equal(epoch, conversation.epoch)
    if (kind === 'message') this.#message(page, conversation, bytes)
    else if (kind === 'typing') this.#other(slot, conversation)?.tell(bytes)
    else this.#receipt(conversation, bytes)
  }

  #message(page, conversation, bytes) {
    const {slot, number, conversation: id} = sent(bytes)
    const {ledger, awaits} = conversation
    const next = ledger.countOf(slot) + 1
    if (number > next) return assert.ok(awaits[slot], 'a number that no honest page sends')
    if (number === next) {
      const passing = this.refusals > 0
      if (passing || conversation.phase === 'ended') {
        if (passing) this.refusals -= 1
        awaits[slot] = true
        const [reason, retry] = conversation.phase === 'ended' ? ['ended', null] : ['rate_limited', 200]
        return page.tell({type: 'refused', conversation: id, number, reason, retry_ms: retry})
      }
      awaits[slot] = false
    }
    const sequence = ledger.place(bytes)
    page.tell(ledger.after(sequence - 1, slot)[0])
    if (number < next) return
    this.#other(slot, conversation)?.tell(ledger.after(sequence - 1, 1 - slot)[0])
  }

  #receipt(conversation, bytes) {
    const {kind, slot, number} = sent(bytes)
    assert.ok(number <= conversation.ledger.last, 'a watermark that no honest page sends')
    const former = conversation.receipts[slot][kind]
    if (former && sent(former).number >= number) return
    conversation.receipts[slot][kind] = bytes
    this.#other(slot, conversation)?.tell(bytes)
  }

  /** The page on the other side, if it still takes part. */
  #other(slot, conversation) {
    if (slot === patientSlot) return this.#session?.id === conversation.session ? this.#session.page : undefined
    return this.#visit?.page === conversation.page ? this.#visit.page : undefined
  }

  #catchUp(page, slot, conversations, points) {
    for (const {conversation} of points) if (this.#erasures.has(conversation)) page.tell(erasure(conversation, this.#erasures.get(conversation)))
    for (const id of conversations) {
      const {ledger, epoch, receipts} = this.#conversations.get(id)
      const after = points.find(({conversation}) => conversation === id)?.after ?? 0
      assert.ok(after <= ledger.last, 'a resume that no honest page sends')
      for (const bytes of ledger.after(after, slot)) page.tell(bytes)
      for (const bytes of Object.values(receipts[1 - slot])) page.tell(bytes)
      page.tell(encodeFrame({kind: 'unread', slot, epoch, conversation: id, number: 0, sequence: ledger.last}))
    }
  }
}

/** What both pages are told; nothing here has a ledger. @param {number} conversation @param {string} cause */
function erasure(conversation, cause) {
  const proof = 'A'.repeat(232)
  return {type: 'erased', conversation, cause, time: 1_794_000_000_000, messages: 2, bytes: 568, entry: 1, receipt: 'AAECAwQFBgcICQoLDA0ODw', proof}
}
