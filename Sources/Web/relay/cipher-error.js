/**
 * Why something was not sealed or not believed. `key`: not a P-256 point in its long form; `length`:
 * a part has another length; `tag`: the seal is broken; `frame`: not a message of this conversation;
 * `slot`, `epoch`, `number`, `sequence`: the message is another one than the next; `watermark`:
 * further than this page has come; `commit`, `check`: the run's promise was not kept; `limit`: no more
 * under this key or in this page; `erased`: the keys are gone.
 *
 * @typedef {(
 *   'key' | 'length' | 'tag' | 'frame' | 'slot' | 'epoch' | 'number' | 'sequence' | 'watermark' |
 *   'commit' | 'check' | 'limit' | 'erased'
 * )} CipherReason
 */

export class CipherError extends Error {
  /** @param {CipherReason} reason */
  constructor(reason) {
    super(`cipher refused: ${reason}`)
    this.reason = reason
  }
}

/** @param {Uint8Array} bytes @param {...number} byteCounts what it may have */
export function checkLength(bytes, ...byteCounts) {
  if (!byteCounts.includes(bytes.length)) throw new CipherError('length')
}
