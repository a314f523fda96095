/** A trial of camera and microphone: one's own picture, whether one is heard, and what is in the way. */

import {words} from '../strings/index.js'
import {DeviceTrialEvent} from './comfort-events.js'
import {icon, part, setText} from './parts.js'
import {worded} from './wording.js'

/**
 * @typedef {object} TrialView
 * @property {'idle' | 'asking' | 'running'} stage
 * @property {import('../relay/cards.js').CameraState | null} camera
 * @property {import('../relay/cards.js').MicrophoneState | null} microphone
 * @property {MediaStream | null} picture
 * @property {number} level of the sound, 0 to 1
 */

export class DeviceCheckElement extends HTMLElement {
  /** @type {AbortController | undefined} */
  #listeners
  #isRunning = false

  connectedCallback() {
    this.#listeners = new AbortController()
    const tell = () => this.dispatchEvent(new DeviceTrialEvent(!this.#isRunning))
    part(this, 'button', HTMLButtonElement).addEventListener('click', tell, {signal: this.#listeners.signal})
  }

  disconnectedCallback() {
    this.#listeners?.abort()
  }

  /** @param {TrialView} view */
  set view({stage, camera, microphone, picture, level}) {
    this.#isRunning = stage !== 'idle'
    const button = this.#isRunning ? 'done' : camera === null ? 'start' : 'again'
    worded(part(this, 'button', HTMLButtonElement), `devices.${button}`)
    const video = part(this, 'video', HTMLVideoElement)
    if (video.srcObject !== picture) video.srcObject = picture
    video.hidden = picture === null
    const isListening = stage === 'running' && (microphone === 'silent' || microphone === 'works')
    const meter = part(this, '.trial__level', HTMLElement)
    meter.hidden = !isListening
    meter.style.setProperty('--level', level.toFixed(2))
    const isWaiting = isListening && microphone === 'silent'
    const now = part(this, '.trial__now', HTMLElement)
    now.hidden = stage !== 'asking' && !isWaiting
    setText(now, stage === 'asking' ? words.devices.asking : words.devices.speak)
    const heard = isWaiting ? null : microphone
    this.#show('camera', camera === 'works', camera && words.devices.camera[camera])
    this.#show('mic', heard === 'works', heard && words.devices.microphone[heard])
  }

  /** @param {'camera' | 'mic'} device @param {boolean} isWorking @param {string | null} text */
  #show(device, isWorking, text) {
    const line = part(this, `.trial__${device}`, HTMLElement)
    line.hidden = text === null
    if (text === null || line.textContent === ` ${text}`) return
    line.className = `trial__${device} state state--${isWorking ? 'active' : 'waiting'}`
    line.replaceChildren(icon(device, {isSmall: true}), ` ${text}`)
  }
}
