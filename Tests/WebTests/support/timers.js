/** A clock that is advanced and never waited for. */
export class TestTimers {
  #now = 1_000_000
  #work = new Map()
  #count = 0

  now = () => this.#now

  set = (work, ms) => {
    this.#count += 1
    this.#work.set(this.#count, {work, due: this.#now + ms})
    return this.#count
  }

  clear = timer => {
    this.#work.delete(timer)
  }

  get delays() {
    return [...this.#work.values()].map(({due}) => due - this.#now)
  }

  advance(ms) {
    const end = this.#now + ms
    for (;;) {
      const next = [...this.#work].sort((one, other) => one[1].due - other[1].due)[0]
      if (next === undefined || next[1].due > end) break
      this.#work.delete(next[0])
      this.#now = Math.max(this.#now, next[1].due)
      next[1].work()
    }
    this.#now = end
  }

  /** The machine slept: time has passed and nothing ran. */
  sleep(ms) {
    this.#now += ms
  }
}
