/** What the reviewer's page says, in English. What the relay found of itself comes from the relay. */

import {clockTime, date, number} from '../forms.js'
import {counted, plurals as both, shared} from './shared.js'

export const plurals = {
  ...both,
  hold: {one: '{n} control holds', other: '{n} controls hold'},
  lack: {one: '{n} control is missing', other: '{n} controls are missing'},
  entries: {one: '{n} erasure', other: '{n} erasures'},
  checked: {one: '{n} cause', other: '{n} causes'},
  runs: {one: '{n} check', other: '{n} checks'},
  failures: {one: '{n} failed', other: '{n} failed'},
  files: {one: '{n} file', other: '{n} files'},
}

export const words = {
  ...shared,

  report: {
    title: 'Compliance',
    intro: 'What this relay holds now, what keeps it from keeping more, and how to check both yourself. Counts only: nothing of any patient is on this page.',
    now: 'Now',
    enforcedBy: 'Enforced by',
    evidence: 'Evidence',
    cannot: 'What we cannot prove',
    print: 'Print',
    exportSigned: 'Export signed JSON',
    exportHint: 'Check the file without the relay: lethe verify --report FILE',
    copyLine: 'Copy',
    /** @param {string} name of a check */
    copyLineOf: name => `Copy the line for ${name}`,
    found: 'Found',
    expected: 'Expected',
    look: 'Check it yourself',
    lookHint: 'The lines are for a shell on the relay\'s machine, some of them for root. In a container the process has another number outside.',
    noLook: 'No single line shows it; the expected state says what to look at.',
    /** @param {number} seconds since 1970 @param {string} build */
    asOf: (seconds, build) => `${date(seconds * 1000)}, ${clockTime(seconds * 1000)}. Lethe ${build}.`,
    live: 'Asked again every 5 seconds.',
    /** @param {number} seconds since 1970 */
    offline: seconds => `The relay cannot be reached. This is what it said at ${clockTime(seconds * 1000)}.`,
    restarted: 'The relay has started anew since this page was opened: its memory and its ledger began empty.',

    doors: {
      waiting: {title: 'Asking the relay…', body: 'One moment.'},
      noToken: {title: 'Open your reviewer\'s link', body: 'This page needs the link that the operator gave you. It is kept in this page\'s memory only, and gone with the page.'},
      expired: {title: 'Your link has expired', body: 'Ask the operator for a new one: lethe invite --reviewer NAME.'},
      refused: {title: 'Your link was refused', body: 'It is not a reviewer\'s link, was cut, or its key was removed. A provider\'s link does not open this page.'},
      offline: {title: 'The relay cannot be reached', body: 'This page tries again every 5 seconds.'},
    },

    states: {holds: 'Holds', missing: 'Missing', information: 'For information'},
    /** @param {number} holding @param {number} missing */
    summary: (holding, missing) => missing === 0
      ? `${counted(holding, plurals.hold)}, none is missing.`
      : `${counted(holding, plurals.hold)}, ${counted(missing, plurals.lack)}.`,

    counts: {
      conversations: 'Chats open',
      messages: 'Messages held, sealed',
      bytes: 'Bytes held, sealed',
      oldest: 'Oldest chat',
      cards: 'Names and reasons held, sealed',
      visits: 'Patients\' visits',
      sessions: 'Providers\' sessions',
      connections: 'Connections',
      hashes: 'Hashes of secrets',
      addresses: 'Keyed hashes of addresses',
    },
    none: 'none',
    /** @param {number} seconds */
    age: seconds => seconds < 120 ? counted(seconds, plurals.seconds) : `${number(Math.round(seconds / 60))} min`,

    browser: {
      title: 'What browsers keep',
      patient: 'A patient\'s browser keeps nothing: no cookie, no storage, no cache. A provider\'s keeps at most these two, and neither if the clinic has switched client-storage off.',
      signIn: 'The sign-in token, in sessionStorage: until sign-out, a refusal, or the end of the tab.',
      preferences: 'How the provider likes the console, in localStorage. All that it can hold:',
      look: 'Check it yourself: the developer tools of the browser, under Application or Storage.',
    },

    checks: {
      title: 'The relay checks itself',
      now: 'Check now',
      hint: 'Played pages, which no queue shows and no ledger counts, chat in random bytes inside of this process; for each cause its whole memory is searched for pieces of them, of eight bytes each. TLS, sign-in, files and swap are not part of it: lethe audit looks at those too, from outside, as root.',
      none: 'Not since the start.',
      unavailable: 'This machine does not let the relay look into its own memory. lethe audit looks from outside.',
      /** @param {number} done @param {number} planned */
      running: (done, planned) => `It runs: ${number(done)} of ${counted(planned, plurals.checked)}.`,
      /** @param {number} seconds since 1970 */
      passed: seconds => `PASS at ${clockTime(seconds * 1000)}: each chat was found while it lived, and nothing of it after its erasure.`,
      /** @param {number} seconds since 1970 */
      failed: seconds => `FAIL at ${clockTime(seconds * 1000)}: something was left behind, or the search did not find what was there.`,
      /** @param {number} seconds since 1970 */
      incomplete: seconds => `Incomplete at ${clockTime(seconds * 1000)}: not every cause could be tried.`,
      /** @param {number} runs @param {number} failures */
      counted: (runs, failures) => `${counted(runs, plurals.runs)} since the start, ${counted(failures, plurals.failures)}.`,
      /** @param {number} minutes */
      every: minutes => `By itself every ${counted(minutes, plurals.minutes)}.`,
      onlyAsked: 'By itself never: the operator has switched that off.',
      before: 'Found while the chat lived',
      after: 'Found after its erasure',
      searched: 'MiB searched',
      result: 'Result',
      outcomes: {pass: 'Pass', fail: 'FAIL', not_run: 'Not tried'},
      begun: 'The check has begun.',
      /** @param {number} seconds */
      tooSoon: seconds => `The relay has just checked itself. Again in ${counted(seconds, plurals.seconds)}.`,
      cannot: 'The check could not be begun.',
    },
    chain: 'Chain of receipts',
    /** @param {number} entries */
    chainHolds: entries => entries === 0 ? 'Nothing has been erased since the start.' : `${counted(entries, plurals.entries)} since the start.`,
    head: 'Its last hash',
    totals: 'Erased since the start',
    cause: 'Cause',
    chats: 'Chats',
    messages: 'Messages',
    bytes: 'Bytes',
    key: 'Key of this process',
    executable: 'SHA-256 of the program',
    unknown: 'It could not be read.',
    pages: 'SHA-256 of the pages',
    /** @param {number} count */
    pageFiles: count => `Each of ${counted(count, plurals.files)}`,
    started: 'Started',
    /** @param {number} seconds since 1970 */
    startedAt: seconds => `${date(seconds * 1000)}, ${clockTime(seconds * 1000)}`,
    amount: number,

    limits: {
      root: 'That nobody changed it: root on its machine can put code into the process, or run another program. What it holds would still be sealed; who, when and how much would not.',
      pages: 'That the pages are the published ones, to those who look at them. Whoever can change what is served can read what is typed. The hashes above can be compared; a browser does not do it by itself.',
      word: 'That the relay tells the truth. All of this is its own word, signed. It becomes evidence with the lines to check, a build that others can repeat, and the audit from outside.',
      machine: 'What is below it: a virtual machine can be copied while it runs, and kernel and hardware keep their own buffers.',
      people: 'What the two people keep: screenshots, notes, the clipboard, browser extensions.',
      network: 'That nobody sees that two devices talked, when, and about how much.',
    },
  },
}
