import {CipherError} from './cipher-error.js'

const greatest = 2 ** 20

/** The numbers of the messages under one key: 1, 2, 3…, each once. No call sets it. */
export class Counter {
  #last = 0

  /** 0 before the first */
  get last() {
    return this.#last
  }

  get next() {
    if (this.#last >= greatest) throw new CipherError('limit')
    return this.#last + 1
  }

  take() {
    this.#last = this.next
    return this.#last
  }
}
