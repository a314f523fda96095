/** What the console says, in English. */

import {alerts, settings} from './console-alerts.js'
import {listed, number} from '../forms.js'
import {counted, kept, plurals as both, readFromTheStart, shared, stopping} from './shared.js'

export const plurals = {
  ...both,
  unreadMessages: {one: '{n} unread message', other: '{n} unread messages'},
  pending: {one: '{n} message waits on their page', other: '{n} messages wait on their page'},
  erasesChats: {one: 'erases {n} chat', other: 'erases {n} chats'},
  erasesEnded: {one: 'erases {n} ended chat', other: 'erases {n} ended chats'},
  copyChats: {one: 'Copy {n} chat first', other: 'Copy {n} chats first'},
  useHere: {one: 'Use here and erase {n} chat', other: 'Use here and erase {n} chats'},
  wipeBody: {
    one: '{n} chat, every draft and every note: erased here and in the service, at once. Patients keep their place and are told.',
    other: '{n} chats, every draft and every note: erased here and in the service, at once. Patients keep their place and are told.',
  },
  wipeDone: {one: '{n} chat erased. Nothing is left.', other: '{n} chats erased. Nothing is left.'},
  wipeHere: {
    one: '{n} chat erased on this page. The service erases it as soon as it is reached, or when the time without a connection is up.',
    other: '{n} chats erased on this page. The service erases them as soon as it is reached, or when the time without a connection is up.',
  },
  arrivals: {one: '{n} patient has checked in.', other: '{n} patients have checked in.'},
  secondsLeft: {
    one: 'Reconnecting… your chats are kept for {n} more second',
    other: 'Reconnecting… your chats are kept for {n} more seconds',
  },
}

/** @param {(string | null)[]} names whose chats would be erased */
const erases = names => {
  const [name] = names
  if (names.length > 1) return counted(names.length, plurals.erasesChats)
  return name ? `erases ${name}'s chat` : 'erases an ended chat'
}

/** @param {(string | null)[]} names */
const erasesEnded = names => {
  const [name] = names
  if (names.length > 1) return counted(names.length, plurals.erasesEnded)
  return name ? `erases ${name}'s ended chat` : 'erases an ended chat'
}

const toBegin = 'Copy what you need, then close and erase this chat. The next message begins a new one.'

export const words = {
  ...shared,
  alerts,
  settings,

  time: {
    under: 'under 1 min',
    /** @param {number} minutes */
    minutes: minutes => `${number(minutes)} min`,
  },

  connection: {
    ...shared.connection,
    /** @param {number} ms */
    reconnectingProvider: ms => `Reconnecting… your chats are kept for ${kept(ms)}`,
    /** @param {number} seconds */
    reconnectingLeft: seconds => counted(seconds, plurals.secondsLeft),
    reconnectingLast: 'Reconnecting… your chats are about to be erased',
    lostAtOnce: 'This session was erased because the connection was lost.',
    /** @param {number} ms */
    lost: ms => `This session was erased because the connection was lost for ${kept(ms)}.`,
    lostAndNew: 'A new session has started.',
    startNew: 'Start new session',
    dismiss: 'OK',
    /** @param {string} time */
    stopping: time => `This service stops at ${time}. Copy what you need.`,
  },

  composer: {
    ...shared.composer,
    sends: 'sends',
  },

  console: {
    title: 'Queue',
    heading: 'Console',
    session: 'Session',
    /** @param {number} unread */
    titleUnread: unread => `(${number(unread)}) Queue`,
    statuses: {available: 'Room open', away: 'Away', closed: 'Closed'},
    /** @param {string} name */
    statusLabel: name => `What patients of ${name} see`,
    signOut: 'Sign out',
  },

  queue: {
    heading: 'Waiting',
    inCallHeading: 'In call',
    endedHeading: 'Ended',
    show: 'Show',
    filters: {all: 'All', unread: 'Unread', waiting: 'Waiting', in_call: 'In call'},
    unnamed: 'Patient',
    /** @param {string} minutes */
    unnamedWaiting: minutes => `Patient, ${minutes}`,
    nameComes: 'name arrives when their page answers',
    next: 'Next',
    nobody: 'No one is waiting.',
    /** @param {string} minutes */
    waiting: minutes => `Waiting ${minutes}`,
    /** @param {string} minutes */
    inCall: minutes => `In call ${minutes}`,
    /** @param {string} name */
    inCallWith: name => `In call with ${name}`,
    /** @param {string} name */
    withOther: name => `With ${name}`,
    anotherProvider: 'another provider',
    typing: 'typing…',
    reconnecting: 'reconnecting',
    background: 'in background',
    /** @param {string} minutes */
    leftPage: minutes => `left the page ${minutes} ago`,
    rejoined: 're-joined on a new page',
    /** @param {string} minutes */
    unanswered: minutes => `Unanswered ${minutes}`,
    /** @param {number} count */
    pending: count => counted(count, plurals.pending),
    copied: 'Copied for chart',
    notCopied: 'not copied',
    erasedWhen: /** @type {Record<import('../../relay/queue.js').Fate, string>} */ ({
      gone: "Erased when you open another patient's chat, start a call, or refresh",
      here: "Erased when you open another patient's chat, call another patient, or refresh",
      unread: 'Erased when you refresh. It is unread, so other chats and calls leave it',
    }),
    gone: 'No longer here',
    /** @param {string | null} name @param {(string | null)[]} names */
    cost: (name, names) => `Opening ${name ?? 'this patient'} ${erasesEnded(names)}`,
    /** @param {(string | null)[]} names */
    costSuffix: names => (names.length === 0 ? '' : ` · ${erases(names)}`),
    /** @param {string} name @param {number} count */
    badge: (name, count) => `${name}, ${counted(count, plurals.unreadMessages)}, open chat`,
    /** @param {string} name */
    more: name => `Patient information for ${name}`,
    endedWords: /** @type {Record<import('../../relay/chat.js').EndReason, (time: string) => string>} */ ({
      left: time => `Left ${time}`,
      removed: time => `Removed ${time}`,
      finished: time => `Finished ${time}`,
      lost: time => `Connection lost ${time}`,
      ended_by_you: time => `Chat ended ${time}`,
    }),
  },

  information: {
    connection: 'Connection',
    reason: 'Reason',
    /** @param {string} time */
    since: time => `In queue since ${time}`,
    /** @param {string} time */
    inCallSince: time => `In call since ${time}`,
    connections: {
      here: 'Here',
      background: 'Here, page in background',
      reconnecting: 'Reconnecting',
      left_page: 'Left the page',
    },
    devices: 'Camera, microphone',
    trial: {
      notTried: 'Not tried',
      camera: {
        works: 'Camera works',
        blocked: 'Camera blocked',
        missing: 'No camera',
        busy: 'Camera does not start',
      },
      microphone: {
        works: 'microphone works',
        silent: 'nothing heard',
        blocked: 'microphone blocked',
        missing: 'no microphone',
        busy: 'microphone does not start',
      },
    },
    noReason: 'Not given',
    chat: 'Chat',
    /** @param {number} unread */
    chatUnread: unread => `Chat (${number(unread)})`,
    startCall: 'Start call',
    /** @param {string} name */
    endAndStart: name => `End call with ${name} and start`,
    remove: 'Remove…',
    /** @param {string} name */
    removeSure: name => `Remove ${name} from the queue`,
    removeHint: 'They are told, and lose their place.',
    keep: 'Keep',
  },

  call: {
    none: 'No call',
    /** @param {string} name @param {string} minutes */
    nextIs: (name, minutes) => `${name} is next, waiting ${minutes}.`,
    /** @param {string} name */
    start: name => `Start call with ${name}`,
    with: 'Call with ',
    finish: 'Finish visit',
    finishHint: 'Finishing makes the chat read-only, until it is erased.',
    back: 'Back to queue',
  },

  chat: {
    with: 'Chat with ',
    none: 'No chat is open',
    noneMore: 'Open one from the queue: three dots, then Chat, or the red number.',
    /** @param {string} minutes */
    inQueue: minutes => `In queue · waiting ${minutes}`,
    inCall: 'In call',
    /** @param {string} name */
    minimise: name => `Minimise chat with ${name}`,
    /** @param {string} name */
    close: name => `Close and erase chat with ${name}`,
    /** @param {string} name @param {string} how */
    restore: (name, how) => `Restore chat with ${name}, ${how}`,
    /** @param {number} count */
    unread: count => counted(count, plurals.unreadMessages),
    end: 'End chat',
    copy: 'Copy for chart',
    copyDone: 'Copied for chart',
    closeShort: 'Close and erase',
    draftKept: 'Not sent, still yours',
    /** @param {string} time */
    expiresIdle: time => `Nobody has written for a while. This chat is erased at ${time}.`,
    /** @param {string} time */
    expiresAge: time => `This chat has reached its longest time. It is erased at ${time}.`,
    keepOpen: 'Keep open',
    endedTitles: /** @type {Record<import('../../relay/chat.js').EndReason, (name: string, time: string) => string>} */ ({
      left: (name, time) => `${name} left at ${time}.`,
      removed: (name, time) => `You removed ${name} at ${time}.`,
      finished: (name, time) => `You finished the visit with ${name} at ${time}.`,
      lost: (name, time) => `${name} lost the connection at ${time}.`,
      ended_by_you: (name, time) => `You ended this chat with ${name} at ${time}.`,
    }),
    endedBody: /** @type {Record<import('../../relay/queue.js').Fate, string>} */ ({
      gone: "You can't send messages. This chat is erased when you close it, open another patient's chat, start a call, or refresh.",
      here: "You can't send messages. This chat is erased when you close it, open another patient's chat, call another patient, or refresh.",
      unread: "You can't send messages. This chat is erased when you close it or refresh. It is unread, so other chats and calls leave it.",
    }),
    /** @param {string} who @param {string} date */
    transcript: (who, date) => `Chat with ${who}, ${date}`,
  },

  erased: {
    /** @param {string} name @param {string} cause @param {string} receipt */
    named: (name, cause, receipt) => `Chat with ${name} erased (${cause}) · receipt ${receipt}`,
    /** @param {string} cause @param {string} receipt */
    unnamed: (cause, receipt) => `Chat erased (${cause}) · receipt ${receipt}`,
  },

  refusals: /** @type {Record<string, string>} */ ({
    taken: 'Another provider has just taken this patient.',
    visit_gone: 'This patient is no longer here.',
    unknown_conversation: 'This chat is no longer here.',
    call_running: 'Another call is running. Try again.',
    not_in_call: 'This call has already ended.',
    session_full: 'You have as many chats as one session may hold. Close ended chats first.',
    not_allowed: 'That is not possible now.',
    offline: 'Not connected. Try again when you are back online.',
  }),

  say: {
    /** @param {string} name @param {number} waiting */
    arrived: (name, waiting) => `${name} is waiting. ${number(waiting)} in queue.`,
    /** @param {number} count @param {number} waiting */
    arrivals: (count, waiting) => `${counted(count, plurals.arrivals)} ${number(waiting)} in queue.`,
    /** @param {string} name @param {number} unread */
    message: (name, unread) => `New message from ${name}. ${number(unread)} unread.`,
    /** @param {string} name */
    opened: name => `Chat with ${name} opened`,
    /** @param {string} name */
    leftOpen: name => `${name} left. You can no longer send messages.`,
    /** @param {string} name */
    left: name => `${name} left the queue.`,
    offline: 'Connection lost. Reconnecting.',
  },

  skip: {queue: 'Skip to the queue', chat: 'Skip to the chat'},
  views: {label: 'Views', queue: 'Queue', chat: 'Chat', call: 'Call'},

  safety: {
    ...shared.safety,
    /** @param {string} name */
    renewedAgain: name => `${name}: ${shared.safety.renewed.again}`,
    /** @param {string} name */
    renewedFirst: name => `${name}: ${shared.safety.renewed.first}`,
  },

  keeps: {
    ...shared.keeps,
    provider: {
      sealed: 'Names, reasons and messages are sealed on one page and opened on the other. The service in between has no key.',
      erased: 'A chat is erased when you close it, when you refresh, leave or lose this page, when nobody writes for a long time, and when the service restarts. An ended one goes when you open another or start a call, unless a patient who is still here has written something unread.',
      sees: 'The service still sees internet addresses, which pages talk to each other, when somebody writes, and the rough size of each message.',
      screen: "The patient's screen may show the chat until they clear or leave it. What you copy or write down is yours to keep, as after any visit.",
    },
  },

  stopped: {
    ...shared.stopped,
    provider: {
      missing: stopping('missing', toBegin),
      unreadable: stopping('unreadable', toBegin),
      different: stopping('different', toBegin),
      unkeyed: stopping('unkeyed', toBegin),
      compared: {
        title: readFromTheStart,
        body: 'Reload to begin again. That erases all chats of this page: copy what you need.',
      },
      unprotected: {
        title: "This patient's page cannot protect a chat.",
        body: 'Nothing can be sent. Ask them to open the link again in a current browser, or call them.',
      },
    },
    /** @param {string} name */
    in: name => `Chat with ${name}.`,
    short: 'Sending has stopped',
  },

  doubts: {
    unprotected: "This patient's page cannot protect a chat.",
    unverified: 'Details could not be verified.',
  },

  guard: {
    copyFirst: 'Copy first',
    copyEnded: 'Copy the ended chat first',
    /** @param {string} name */
    copyNamed: name => `Copy ${name}'s chat first`,
    /** @param {number} count */
    copyMany: count => counted(count, plurals.copyChats),
    lesson: 'Close and erase: the chat goes from this page and from the service at once, and cannot be brought back. The arrow beside it keeps the chat.',
    learnt: 'What is closed cannot be brought back; the arrow keeps a chat.',
  },

  list: {
    changed: 'List changed',
    /** @param {number} count of messages in rows that wait to be shown */
    unshown: count => (count === 0 ? '' : ` · ${number(count)} unread`),
    update: 'Update',
  },

  seal: {
    /** @type {Record<string, string>} */
    parts: {
      'core-dumps': 'a ban on core dumps',
      'file-size': 'a ban on files',
      output: 'a ban on log files',
      landlock: 'closed files',
      seccomp: 'closed system calls',
      'memory-lock': 'locked memory',
      swap: 'memory kept from disk',
      user: 'a user of its own',
      hibernation: 'a ban on hibernation',
      'crash-kernel': 'a ban on crash dumps',
    },
    /** @param {string[]} parts @param {boolean} isForDevelopment */
    without: (parts, isForDevelopment) => isForDevelopment
      ? `Development: runs without ${listed(parts)}.`
      : `This service runs without ${listed(parts)}. Tell whoever runs it.`,
  },

  notes: {
    flags: 'Flags',
    flag: {urgent: 'Urgent', interpreter: 'Interpreter', identity: 'ID confirmed'},
    title: 'Private note',
    hint: 'Only you see this. Erased with the chat.',
  },

  keys: {
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
  },

  veil: {
    button: 'Blur',
    label: 'Blur names and messages',
    isOn: 'Names and messages are blurred.',
    away: 'Blurred because this page was hidden for two minutes.',
    lift: 'Show again',
    off: 'Names and messages are shown.',
  },

  wipe: {
    open: 'Erase all chats…',
    title: 'Erase all chats?',
    bodyEmpty: 'Nobody has written yet. Drafts and notes are erased. Patients keep their place and are told.',
    /** @param {number} count */
    body: count => counted(count, plurals.wipeBody),
    noUndo: 'This cannot be undone.',
    yes: 'Erase everything',
    no: 'Cancel',
    doneEmpty: 'Erased. Nothing is left.',
    /** @param {number} count */
    done: count => counted(count, plurals.wipeDone),
    /** @param {number} count */
    here: count => counted(count, plurals.wipeHere),
  },

  paper: {
    /** @param {string} name */
    provider: name => `${name} (provider)`,
    /** @param {string} name */
    patient: name => `${name} (patient)`,
    notice: 'Printed from a chat that is not stored.',
  },

  door: {
    needLink: {
      title: 'Open your sign-in link',
      body: 'Your clinic gives you a link that opens this console. Open it in this browser.',
    },
    connecting: {
      title: 'Starting your session',
      body: 'Closing or refreshing this page erases its chats.',
    },
    elsewhere: {
      title: 'Your console is open elsewhere.',
      body: 'One console at a time. Using it here ends it there.',
    },
    useHere: 'Use here',
    /** @param {number} chats */
    useHereAndErase: chats => counted(chats, plurals.useHere),
    startNew: 'Start new session',
    restored: {
      title: 'This session was erased.',
      body: 'You left this page, so its chats were erased. Nothing was kept.',
    },
    unprotected: {
      title: 'This browser cannot protect the chat',
      body: 'Open the link in a current version of Chrome, Edge, Firefox or Safari, at an address that begins with https.',
    },
    noRoom: {
      title: 'This waiting room cannot be reached',
      body: 'Check your connection, or the address.',
    },
    tryAgain: 'Try again',
    codes: /** @type {Record<number, {title: string, body: string}>} */ ({
      4100: {
        title: 'This page and the relay do not match',
        body: 'The service may have been updated. Its chats were erased. Open your sign-in link again.',
      },
      4101: {
        title: 'Your sign-in link was refused',
        body: 'It is too old, for another room, or no longer valid. Ask your clinic for a new link.',
      },
      4102: {
        title: 'Your console was opened elsewhere',
        body: 'This session is erased. Nothing of its chats is left on this page.',
      },
      4103: {
        title: 'This page is connected twice',
        body: 'Its chats are no longer shown here.',
      },
      4106: {
        title: 'You are signed out',
        body: 'Your chats are erased. Open your sign-in link to start again.',
      },
      4107: {title: 'This session has ended', body: 'Its chats are erased.'},
      4114: {
        title: 'The service is stopping',
        body: 'No new sessions can start now. Try again later.',
      },
    }),
    otherCode: {title: 'This session has ended', body: 'Its chats are erased.'},
  },
}
