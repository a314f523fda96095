/** What the console alone says: its guard, its list, its notes, its keys, its screen. */

const plural = new Intl.PluralRules('en')

/** @param {number} count */
const chats = count => `${count} ${plural.select(count) === 'one' ? 'chat' : 'chats'}`

export const guard = Object.freeze({
  copyFirst: 'Copy first',
  /** @param {string | null} name @param {number} count */
  copyWhose: (name, count) => (count > 1 ? `Copy ${chats(count)} first` : name === null ? 'Copy the ended chat first' : `Copy ${name}'s chat first`),
  lesson: 'Close and erase: the chat goes from this page and from the service at once, and cannot be brought back. The arrow beside it keeps the chat.',
  learnt: 'What is closed cannot be brought back; the arrow keeps a chat.',
})

const conjunction = new Intl.ListFormat('en')

export const seal = Object.freeze({
  /** @type {Record<string, string>} */
  parts: {
    'core-dumps': 'a ban on core dumps', 'file-size': 'a ban on files', output: 'a ban on log files', landlock: 'closed files',
    seccomp: 'closed system calls', 'memory-lock': 'locked memory', swap: 'memory kept from disk', user: 'a user of its own',
    hibernation: 'a ban on hibernation', 'crash-kernel': 'a ban on crash dumps',
  },
  /** @param {string[]} parts @param {boolean} isForDevelopment */
  without: (parts, isForDevelopment) => (isForDevelopment
    ? `Development: runs without ${conjunction.format(parts)}.`
    : `This service runs without ${conjunction.format(parts)}. Tell whoever runs it.`),
})

export const list = Object.freeze({
  changed: 'List changed',
  update: 'Update',
})

export const notes = Object.freeze({
  flags: 'Flags',
  flag: {urgent: 'Urgent', interpreter: 'Interpreter', identity: 'ID confirmed'},
  title: 'Private note',
  hint: 'Only you see this. Erased with the chat.',
})

export const keys = Object.freeze({
  title: 'Keys',
  open: 'Keys of this page',
  anywhere: 'Anywhere',
  inList: 'In the list',
  inChat: 'In a chat',
  nextUnread: 'Next unread message',
  regions: 'Next region: queue, call, chat',
  blur: 'Blur names and messages',
  wipe: 'Erase all chats, after a question',
  print: 'Print the open chat',
  rows: 'From row to row',
  ends: 'First row, last row',
  chat: 'Open the chat',
  information: 'Patient information',
  help: 'This panel',
  send: 'Send',
  newLine: 'New line',
  minimise: 'Minimise',
  close: 'Close and erase',
  copy: 'Copy for chart',
  messages: 'From message to message',
  letters: 'Single-letter keys in the list',
  dismiss: 'Close',
})

export const veil = Object.freeze({
  button: 'Blur',
  label: 'Blur names and messages',
  isOn: 'Names and messages are blurred.',
  away: 'Blurred because this page was hidden for two minutes.',
  lift: 'Show again',
  off: 'Names and messages are shown.',
})

export const wipe = Object.freeze({
  open: 'Erase all chats…',
  title: 'Erase all chats?',
  /** @param {number} count */
  body: count => `${count === 0 ? 'Nobody has written yet. Drafts and notes are erased.' : `${chats(count)}, every draft and every note: erased here and in the service, at once.`} Patients keep their place and are told.`,
  noUndo: 'This cannot be undone.',
  yes: 'Erase everything',
  no: 'Cancel',
  /** @param {number} count */
  done: count => (count === 0 ? 'Erased. Nothing is left.' : `${chats(count)} erased. Nothing is left.`),
  /** @param {number} count */
  here: count => `${chats(count)} erased on this page. The service erases them as soon as it is reached, or when the time without a connection is up.`,
})

export const paper = Object.freeze({
  /** @param {string} name */
  provider: name => `${name} (provider)`,
  /** @param {string} name */
  patient: name => `${name} (patient)`,
  notice: 'Printed from a chat that is not stored.',
})
