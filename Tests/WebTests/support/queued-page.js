import {decodeNotice, encodeCommand} from '../../../Sources/Web/relay/messages.js'
import {base64url} from '../../../Sources/Web/relay/secret.js'

/** A page and its socket: what goes up and down lies in the queues until the schedule moves it. */
export class QueuedPage {
  isOpen = false
  /** Whether the relay has read its first frame on this socket. */
  isIn = false
  up = []
  down = []
  #work = []

  constructor(session, pageKey, room) {
    this.session = session
    this.key = base64url(pageKey.publicKey)
    this.room = room
  }

  get hasWork() {
    return this.#work.length > 0
  }

  get isQuiet() {
    return this.up.length + this.down.length + this.#work.length === 0
  }

  do(event) {
    for (const effect of this.session.handle(event, this.room.now)) {
      if (effect.do === 'work') {
        effect.work.catch(() => {})
        this.#work.push(effect.work)
      } else if (effect.do === 'restart') {
        this.room.restartCount += 1
        this.lose()
      } else if (this.isOpen && effect.do === 'command') {
        this.up.push(JSON.parse(encodeCommand(effect.command)))
      } else if (this.isOpen && effect.do === 'frame') {
        this.up.push(effect.bytes.slice())
      }
    }
    this.room.look(this)
  }

  open() {
    if (this.isOpen || this.session.stage === 'over') return
    this.isOpen = true
    this.do({type: 'opened'})
  }

  lose() {
    if (!this.isOpen) return
    this.#close()
    this.do({type: 'lost'})
  }

  #close() {
    Object.assign(this, {isOpen: false, isIn: false, up: [], down: []})
    this.room.forgetSocket(this)
  }

  /** One thing that the relay said. */
  hear() {
    const item = this.down.shift()
    if (item === undefined) return
    if (item.type === 'close') {
      this.#close()
      this.do({type: 'closed', code: item.code})
    } else {
      this.do(item instanceof Uint8Array ? {type: 'bytes', bytes: item} : {type: 'notice', notice: decodeNotice(JSON.stringify(item))})
    }
  }

  /** The oldest seal, proof or handshake is ready. */
  async finish() {
    const event = (await this.#work.shift()) ?? null
    if (event !== null) this.do(event)
  }

  tell(item) {
    if (this.isIn) this.down.push(item)
  }
}
