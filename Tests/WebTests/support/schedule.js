/** Long visits, made up from a seed: what two pages and a relay do, in any order. */

import {randomFrom} from './sealing.js'
import {TinyRoom} from './tiny-room.js'

const causes = ['closed', 'viewed_other', 'call_started', 'idle', 'maximum_age', 'wiped', 'stopped']

/** How often each thing happens, and what it is. */
const steps = [
  [200, (room, page, count) => repeat(count, () => room.readFrom(page))],
  [200, (room, page, count) => repeat(count, () => page.hear())],
  [250, async (room, page, count) => { for (let index = 0; index < count; index += 1) await page.finish() }],
  [140, (room, page) => room.write(page)],
  [40, (room, page) => room.see(page)],
  [20, (room, page, count) => room.type(page, count > 3)],
  [10, (room, page) => room.compare(page)],
  [20, (room, page) => page.lose()],
  [80, (room, page) => page.open()],
  [50, (room, _page, count) => room.wait(count * 40)],
  // Nothing is on its way for longer than the pages' patience.
  [10, async (room, _page, count) => { await room.drain(); room.wait(count * 4_000) }],
  [10, (room, _page, count) => { room.refusals = count }],
  [10, room => room.erase(undefined, causes[room.random.below(causes.length)])],
  [10, room => room.command(({id}) => ({type: 'close_chat', conversation: id}))],
  [10, room => room.command(({id}) => ({type: 'end_chat', conversation: id}))],
  [10, room => room.command(({visit}) => ({type: 'start_call', visit, ends: null}))],
  [3, room => room.command(({id}) => ({type: 'end_call', conversation: id, outcome: 'finish'}))],
  [3, room => room.command(({visit}) => ({type: 'remove_visit', visit}))],
  [4, room => room.command(() => ({type: 'wipe'}))],
  [2, room => room.command(() => ({type: 'sign_out'}))],
  [3, room => room.reloadProvider()],
  [4, room => room.reloadPatient()],
  [8, room => room.giveUpProvider()],
]
const lots = steps.flatMap(([count, step]) => Array(count).fill(step))
const repeat = (count, act) => { for (let index = 0; index < count; index += 1) act() }

/** @param {number} seed @returns {Promise<TinyRoom>} as it is when nobody has anything left to say */
export async function runSchedule(seed, {pageKeys, stepCount}) {
  const random = randomFrom(seed)
  const room = new TinyRoom(random, pageKeys)
  for (const page of room.pages) page.open()
  for (let index = 0; index < stepCount; index += 1) {
    const step = lots[random.below(lots.length)]
    await step(room, room.pages[random.below(2)], 1 + random.below(6))
    if (room.patient.session.stage === 'over' && random.below(9) === 0) room.reloadPatient()
    if (room.provider.session.stage === 'over' && random.below(9) === 0) room.reloadProvider()
  }
  for (const page of room.pages) page.open()
  await room.drain()
  if (room.patient.session.stage === 'over') room.reloadPatient()
  if (room.provider.session.stage === 'over') room.reloadProvider()
  await room.calm()
  return room
}
