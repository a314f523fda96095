/**
 * Tries a patient's camera and microphone before the visit. Picture and sound stay in this page: nothing
 * is recorded or sent, and the devices are let go when the trial ends, at the latest after half a minute.
 */

import {DeviceTrialEvent} from '../elements/comfort-events.js'
import {DeviceCheckElement} from '../elements/device-check.js'
import {part} from '../elements/parts.js'
import {words} from '../strings/index.js'

/** @typedef {import('../relay/cards.js').CameraState} Obstacle */
/** @typedef {import('../relay/cards.js').Devices} Devices */

const longest = 30_000
/** How often the level is looked at. */
const beat = 100
/** Of the loudest that there is: a voice, not the noise of the device. */
const heard = 0.06

/** @type {Readonly<Record<string, Obstacle>>} by `DOMException.name`; anything else is another program's */
const causes = Object.freeze({NotAllowedError: 'blocked', SecurityError: 'blocked', NotFoundError: 'missing', OverconstrainedError: 'missing'})

export class DeviceTrial {
  #element
  #say
  #told
  /** @type {'idle' | 'asking' | 'running'} */
  #stage = 'idle'
  /** @type {Devices | null} */
  #found = null
  #level = 0
  /** @type {MediaStream[]} */
  #streams = []
  /** @type {Ear | null} */
  #ear = null
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #end
  /** A trial that was ended while the browser still asked is not begun. */
  #run = 0

  /**
   * @param {HTMLElement} root
   * @param {AbortSignal} signal
   * @param {(text: string) => void} say for whoever does not see it
   * @param {(devices: Devices) => void} told once for each trial, when it ends
   */
  constructor(root, signal, say, told) {
    this.#element = part(root, 'device-check', DeviceCheckElement)
    this.#say = say
    this.#told = told
    part(root, '.trial', HTMLElement).hidden = !isPossible()
    root.addEventListener(DeviceTrialEvent.type, event => {
      if (/** @type {DeviceTrialEvent} */ (event).isWanted) void this.#begin()
      else this.stop()
    }, {signal})
    document.addEventListener('visibilitychange', () => document.visibilityState === 'hidden' && this.stop(), {signal})
    signal.addEventListener('abort', () => this.#letGo(), {once: true})
    this.draw()
  }

  draw() {
    const [picture = null] = this.#streams.filter(stream => stream.getVideoTracks().length > 0)
    const {camera = null, microphone = null} = this.#found ?? {}
    this.#element.view = {stage: this.#stage, camera, microphone, picture, level: this.#level}
  }

  stop() {
    if (this.#stage === 'idle') return
    this.#letGo()
    this.draw()
    if (this.#found === null) return
    if (this.#found.microphone !== 'works') this.#say(words.devices.microphone[this.#found.microphone])
    this.#told(this.#found)
  }

  async #begin() {
    const run = (this.#run += 1)
    this.#found = null
    this.#stage = 'asking'
    this.draw()
    const opened = await openBoth()
    const streams = opened.flatMap(one => (one instanceof MediaStream ? [one] : []))
    if (run !== this.#run) return streams.forEach(close)
    this.#streams = streams
    const [picture, sound] = opened
    const camera = picture instanceof MediaStream ? 'works' : picture
    this.#found = {camera, microphone: sound instanceof MediaStream ? 'silent' : sound}
    this.#stage = 'running'
    const hasSound = sound instanceof MediaStream
    this.#say(hasSound ? `${words.devices.camera[camera]}. ${words.devices.speak}` : words.devices.camera[camera])
    // Without a sound to wait for, or a picture to look at, it is over.
    if (streams.length === 0) return this.stop()
    if (hasSound) this.#ear = new Ear(sound, level => this.#hear(level))
    this.#end = setTimeout(() => this.stop(), longest)
    this.draw()
  }

  /** @param {number} level */
  #hear(level) {
    this.#level = level
    if (level > heard && this.#found?.microphone === 'silent') {
      this.#found.microphone = 'works'
      this.#say(words.devices.microphone.works)
    }
    this.draw()
  }

  #letGo() {
    this.#run += 1
    this.#stage = 'idle'
    this.#level = 0
    clearTimeout(this.#end)
    this.#ear?.close()
    this.#ear = null
    this.#streams.forEach(close)
    this.#streams = []
  }
}

/** How loud it is, now and then. */
class Ear {
  #context = new AudioContext()
  #timer

  /** @param {MediaStream} sound @param {(level: number) => void} tell */
  constructor(sound, tell) {
    const analyser = this.#context.createAnalyser()
    this.#context.createMediaStreamSource(sound).connect(analyser)
    const samples = new Float32Array(analyser.fftSize)
    this.#timer = setInterval(() => {
      analyser.getFloatTimeDomainData(samples)
      tell(samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0))
    }, beat)
  }

  close() {
    clearInterval(this.#timer)
    void this.#context.close()
  }
}

/** One question for both; where that fails, each by itself, so that one does not hide the other. */
async function openBoth() {
  const both = await open({video: true, audio: true})
  if (both instanceof MediaStream) {
    return [new MediaStream(both.getVideoTracks()), new MediaStream(both.getAudioTracks())]
  }
  return [await open({video: true}), await open({audio: true})]
}

/** @param {MediaStreamConstraints} wanted @returns {Promise<MediaStream | Obstacle>} */
async function open(wanted) {
  try {
    return await navigator.mediaDevices.getUserMedia(wanted)
  } catch (error) {
    return causes[error instanceof DOMException ? error.name : ''] ?? 'busy'
  }
}

/** @param {MediaStream} stream */
function close(stream) {
  for (const track of stream.getTracks()) track.stop()
}

/** In a frame it is the page around it that has camera and microphone, and it gives them to nobody. */
function isPossible() {
  return window.parent === window && typeof navigator.mediaDevices?.getUserMedia === 'function'
}
