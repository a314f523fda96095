/** A page under test: a session without a socket, and the other page behind a relay. */

import {PageKey} from '../../../Sources/Web/relay/cipher.js'
import {said, sent} from './relay.js'

export const pageKeys = {patient: await PageKey.make(), provider: await PageKey.make()}

/** As `link.js` does it: what the session asks for is done, and what comes of it is its next event. */
export class TestPage {
  now = 0
  /** Everything that went out, as it is. */
  commands = []
  frames = []
  #said = []
  #work = []
  #unanswered = []
  /** Messages that went out on this socket and that the relay has not read yet. */
  #unread = []

  /** @param {{handle(event: any, now: number): any[], deadline(now: number): number}} session */
  constructor(session) {
    this.session = session
  }

  /** Several events come right behind each other: the last before anything of the first is opened. */
  async do(...events) {
    for (const event of events) this.#take(event)
    await this.settle()
  }

  notice(...notices) {
    return this.do(...notices.map(notice => ({type: 'notice', notice})))
  }

  frame(...frames) {
    return this.do(...frames.map(bytes => ({type: 'bytes', bytes})))
  }

  /** Until no work is under way and the other page has nothing to say. */
  async settle() {
    while (this.#work.length + this.#unanswered.length > 0) {
      const work = this.#work.shift()
      if (work === undefined) {
        for (const notice of await this.answer(this.#unanswered.shift())) this.#take({type: 'notice', notice})
      } else {
        const event = await work
        if (event !== null) this.#take(event)
      }
    }
  }

  /** @returns {Promise<object[]>} what the relay tells this page because it said that */
  async answer(_command) {
    return []
  }

  /** Time passes, and the page is woken when it wants to be. */
  async wait(ms) {
    const end = this.now + ms
    for (let due = this.session.deadline(this.now); due <= end; due = this.session.deadline(this.now)) {
      this.now = Math.max(this.now, due)
      await this.do({type: 'tick'})
    }
    this.now = end
  }

  /** What was on its way is lost with the socket. */
  lose() {
    this.#unread = []
    return this.do({type: 'lost'})
  }

  /** What one of the pages says in a conversation, and the relay passes on. */
  async hear(...texts) {
    return this.hearIn(7, ...texts)
  }

  async hearIn(conversation, ...texts) {
    for (const words of texts) await this.frame(await this.end(conversation).say(words))
  }

  /** The relay reads what this page has sent, the other page opens it, and this one is told. */
  async accept(count = Infinity) {
    for (const bytes of this.#unread.splice(0, count)) {
      const end = this.end(sent(bytes).conversation)
      if (end !== undefined) await this.frame(await end.accept(bytes))
    }
  }

  async prove(kind, watermark, conversation = 7) {
    await this.frame(await this.end(conversation).prove(kind, watermark))
  }

  /** @returns {import('./other-end.js').OtherEnd | undefined} until the conversation is erased */
  end(_conversation) {
    return undefined
  }

  /** What it asked for since one last looked. */
  get said() {
    return this.#said.splice(0)
  }

  /** Only what it said of one kind. @param {...string} kinds */
  saidOf(...kinds) {
    return this.said.filter(line => kinds.includes(line.split(' ', 1)[0] ?? ''))
  }

  #take(event) {
    for (const effect of this.session.handle(event, this.now)) {
      if (effect.do === 'work') {
        effect.work.catch(() => {}) // `settle` waits for it and hears of that.
        this.#work.push(effect.work)
        continue
      }
      this.#said.push(...said([effect]))
      if (effect.do === 'command') {
        this.commands.push(effect.command)
        this.#unanswered.push(effect.command)
      }
      if (effect.do === 'frame') {
        this.frames.push(effect.bytes)
        if (sent(effect.bytes).kind === 'message') this.#unread.push(effect.bytes)
      }
    }
  }
}
