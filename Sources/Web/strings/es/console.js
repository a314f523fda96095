/** What the console says, in Spanish. */

import {alerts, settings} from './console-alerts.js'
import {listed, number} from '../forms.js'
import {counted, kept, plurals as both, readFromTheStart, shared, stopping} from './shared.js'

const wiped = 'borrados aquí y en el servicio, de inmediato. Los pacientes conservan su lugar y reciben un aviso.'
const wipedHere = 'El servicio lo borra en cuanto se logra la conexión, o cuando se agota el tiempo sin conexión.'

export const plurals = {
  ...both,
  unreadMessages: {
    one: '{n} mensaje sin leer',
    many: '{n} de mensajes sin leer',
    other: '{n} mensajes sin leer',
  },
  pending: {
    one: '{n} mensaje espera en su página',
    many: '{n} de mensajes esperan en su página',
    other: '{n} mensajes esperan en su página',
  },
  erasesChats: {
    one: 'borra {n} chat',
    many: 'borra {n} de chats',
    other: 'borra {n} chats',
  },
  erasesEnded: {
    one: 'borra {n} chat terminado',
    many: 'borra {n} de chats terminados',
    other: 'borra {n} chats terminados',
  },
  copyChats: {
    one: 'Copiar primero {n} chat',
    many: 'Copiar primero {n} de chats',
    other: 'Copiar primero {n} chats',
  },
  useHere: {
    one: 'Usar aquí y borrar {n} chat',
    many: 'Usar aquí y borrar {n} de chats',
    other: 'Usar aquí y borrar {n} chats',
  },
  wipeBody: {
    one: `{n} chat, todos los borradores y todas las notas: ${wiped}`,
    many: `{n} de chats, todos los borradores y todas las notas: ${wiped}`,
    other: `{n} chats, todos los borradores y todas las notas: ${wiped}`,
  },
  wipeDone: {
    one: '{n} chat borrado. No queda nada.',
    many: '{n} de chats borrados. No queda nada.',
    other: '{n} chats borrados. No queda nada.',
  },
  wipeHere: {
    one: `{n} chat borrado en esta página. ${wipedHere}`,
    many: `{n} de chats borrados en esta página. ${wipedHere}`,
    other: `{n} chats borrados en esta página. ${wipedHere}`,
  },
  arrivals: {
    one: 'Se ha registrado {n} paciente.',
    many: 'Se han registrado {n} de pacientes.',
    other: 'Se han registrado {n} pacientes.',
  },
  secondsLeft: {
    one: 'Reconectando… sus chats se conservan {n} segundo más',
    many: 'Reconectando… sus chats se conservan {n} de segundos más',
    other: 'Reconectando… sus chats se conservan {n} segundos más',
  },
}

/** @param {(string | null)[]} names whose chats would be erased */
const erases = names => {
  const [name] = names
  if (names.length > 1) return counted(names.length, plurals.erasesChats)
  return name ? `borra el chat de ${name}` : 'borra un chat terminado'
}

/** @param {(string | null)[]} names */
const erasesEnded = names => {
  const [name] = names
  if (names.length > 1) return counted(names.length, plurals.erasesEnded)
  return name ? `borra el chat terminado de ${name}` : 'borra un chat terminado'
}

const toBegin = 'Copie lo que necesite y luego cierre y borre este chat. El próximo mensaje empieza uno nuevo.'

/** @type {typeof import('../en/console.js').words} */
export const words = {
  ...shared,
  alerts,
  settings,

  time: {
    under: 'menos de 1 min',
    minutes: minutes => `${number(minutes)} min`,
  },

  connection: {
    ...shared.connection,
    reconnectingProvider: ms => `Reconectando… sus chats se conservan durante ${kept(ms)}`,
    reconnectingLeft: seconds => counted(seconds, plurals.secondsLeft),
    reconnectingLast: 'Reconectando… sus chats están a punto de borrarse',
    lostAtOnce: 'Esta sesión se borró porque se perdió la conexión.',
    lost: ms => `Esta sesión se borró porque la conexión estuvo perdida durante ${kept(ms)}.`,
    lostAndNew: 'Ha empezado una sesión nueva.',
    startNew: 'Empezar una sesión nueva',
    dismiss: 'Entendido',
    stopping: time => `Este servicio se detiene a las ${time}. Copie lo que necesite.`,
  },

  composer: {
    ...shared.composer,
    sends: 'envía',
  },

  console: {
    title: 'Fila',
    heading: 'Consola',
    session: 'Sesión',
    titleUnread: unread => `(${number(unread)}) Fila`,
    statuses: {available: 'Sala abierta', away: 'Ausente', closed: 'Cerrada'},
    statusLabel: name => `Lo que ven los pacientes de ${name}`,
    signOut: 'Salir',
  },

  queue: {
    heading: 'En espera',
    inCallHeading: 'En llamada',
    endedHeading: 'Terminados',
    show: 'Mostrar',
    filters: {all: 'Todos', unread: 'Sin leer', waiting: 'En espera', in_call: 'En llamada'},
    unnamed: 'Paciente',
    unnamedWaiting: minutes => `Paciente, ${minutes}`,
    nameComes: 'el nombre llega cuando responda su página',
    next: 'Siguiente',
    nobody: 'No hay nadie esperando.',
    waiting: minutes => `Espera: ${minutes}`,
    inCall: minutes => `En llamada: ${minutes}`,
    inCallWith: name => `En llamada con ${name}`,
    withOther: name => `Con ${name}`,
    anotherProvider: 'otro profesional',
    typing: 'escribiendo…',
    reconnecting: 'reconectando',
    background: 'en segundo plano',
    leftPage: minutes => `dejó la página hace ${minutes}`,
    rejoined: 'volvió en una página nueva',
    unanswered: minutes => `Sin respuesta: ${minutes}`,
    pending: count => counted(count, plurals.pending),
    copied: 'Copiado para el expediente',
    notCopied: 'sin copiar',
    erasedWhen: {
      gone: 'Se borra cuando abra el chat de otro paciente, empiece una llamada o vuelva a cargar la página',
      here: 'Se borra cuando abra el chat de otro paciente, llame a otro paciente o vuelva a cargar la página',
      unread: 'Se borra al volver a cargar la página. Está sin leer: otros chats y llamadas lo conservan',
    },
    gone: 'Ya no está',
    cost: (name, names) => `Abrir el chat de ${name ?? 'este paciente'} ${erasesEnded(names)}`,
    costSuffix: names => (names.length === 0 ? '' : ` · ${erases(names)}`),
    badge: (name, count) => `${name}, ${counted(count, plurals.unreadMessages)}, abrir el chat`,
    more: name => `Información de ${name}`,
    endedWords: {
      left: time => `Se fue a las ${time}`,
      removed: time => `Se retiró a las ${time}`,
      finished: time => `Terminó a las ${time}`,
      lost: time => `Sin conexión desde las ${time}`,
      ended_by_you: time => `Chat terminado a las ${time}`,
    },
  },

  information: {
    connection: 'Conexión',
    reason: 'Motivo',
    since: time => `En la fila desde las ${time}`,
    inCallSince: time => `En llamada desde las ${time}`,
    connections: {
      here: 'Presente',
      background: 'Presente, página en segundo plano',
      reconnecting: 'Reconectando',
      left_page: 'Dejó la página',
    },
    devices: 'Cámara, micrófono',
    trial: {
      notTried: 'Sin probar',
      camera: {
        works: 'La cámara funciona',
        blocked: 'Cámara bloqueada',
        missing: 'Sin cámara',
        busy: 'La cámara no arranca',
      },
      microphone: {
        works: 'el micrófono funciona',
        silent: 'no se oyó nada',
        blocked: 'micrófono bloqueado',
        missing: 'sin micrófono',
        busy: 'el micrófono no arranca',
      },
    },
    noReason: 'No se indicó',
    chat: 'Chat',
    chatUnread: unread => `Chat (${number(unread)})`,
    startCall: 'Empezar llamada',
    endAndStart: name => `Terminar la llamada con ${name} y empezar`,
    remove: 'Retirar…',
    removeSure: name => `Retirar a ${name} de la fila`,
    removeHint: 'Recibe un aviso y pierde su lugar.',
    keep: 'Conservar',
  },

  call: {
    none: 'Sin llamada',
    nextIs: (name, minutes) => `Sigue ${name}, espera: ${minutes}.`,
    start: name => `Empezar llamada con ${name}`,
    with: 'Llamada con ',
    finish: 'Terminar la consulta',
    finishHint: 'Al terminar, el chat queda solo para leer, hasta que se borre.',
    back: 'Volver a la fila',
  },

  chat: {
    with: 'Chat con ',
    none: 'No hay ningún chat abierto',
    noneMore: 'Abra uno desde la fila: los tres puntos y luego Chat, o el número rojo.',
    inQueue: minutes => `En la fila · espera: ${minutes}`,
    inCall: 'En llamada',
    minimise: name => `Minimizar el chat con ${name}`,
    close: name => `Cerrar y borrar el chat con ${name}`,
    restore: (name, how) => `Restaurar el chat con ${name}, ${how}`,
    unread: count => counted(count, plurals.unreadMessages),
    end: 'Terminar el chat',
    copy: 'Copiar para el expediente',
    copyDone: 'Copiado para el expediente',
    closeShort: 'Cerrar y borrar',
    draftKept: 'No enviado, sigue siendo suyo',
    expiresIdle: time => `Nadie ha escrito durante un rato. Este chat se borra a las ${time}.`,
    expiresAge: time => `Este chat llegó a su duración máxima. Se borra a las ${time}.`,
    keepOpen: 'Mantener abierto',
    endedTitles: {
      left: (name, time) => `${name} se fue a las ${time}.`,
      removed: (name, time) => `Usted retiró a ${name} a las ${time}.`,
      finished: (name, time) => `Usted terminó la consulta con ${name} a las ${time}.`,
      lost: (name, time) => `${name} perdió la conexión a las ${time}.`,
      ended_by_you: (name, time) => `Usted terminó este chat con ${name} a las ${time}.`,
    },
    endedBody: {
      gone: 'No puede enviar mensajes. Este chat se borra cuando lo cierre, abra el chat de otro paciente, empiece una llamada o vuelva a cargar la página.',
      here: 'No puede enviar mensajes. Este chat se borra cuando lo cierre, abra el chat de otro paciente, llame a otro paciente o vuelva a cargar la página.',
      unread: 'No puede enviar mensajes. Este chat se borra cuando lo cierre o vuelva a cargar la página. Está sin leer: otros chats y llamadas lo conservan.',
    },
    transcript: (who, date) => `Chat con ${who}, ${date}`,
  },

  erased: {
    named: (name, cause, receipt) => `Chat con ${name} borrado (${cause}) · recibo ${receipt}`,
    unnamed: (cause, receipt) => `Chat borrado (${cause}) · recibo ${receipt}`,
  },

  refusals: {
    taken: 'Otro profesional acaba de tomar a este paciente.',
    visit_gone: 'Este paciente ya no está aquí.',
    unknown_conversation: 'Este chat ya no está aquí.',
    call_running: 'Hay otra llamada en curso. Inténtelo de nuevo.',
    not_in_call: 'Esta llamada ya terminó.',
    session_full: 'Tiene tantos chats como caben en una sesión. Cierre primero los terminados.',
    not_allowed: 'Eso no es posible ahora.',
    offline: 'Sin conexión. Inténtelo de nuevo cuando se restablezca.',
  },

  say: {
    arrived: (name, waiting) => `${name} está esperando. ${number(waiting)} en la fila.`,
    arrivals: (count, waiting) => `${counted(count, plurals.arrivals)} ${number(waiting)} en la fila.`,
    message: (name, unread) => `Mensaje nuevo de ${name}. ${number(unread)} sin leer.`,
    opened: name => `Se abrió el chat con ${name}`,
    leftOpen: name => `${name} se fue. Ya no puede enviar mensajes.`,
    left: name => `${name} salió de la fila.`,
    offline: 'Se perdió la conexión. Reconectando.',
  },

  skip: {queue: 'Ir a la fila', chat: 'Ir al chat'},
  views: {label: 'Vistas', queue: 'Fila', chat: 'Chat', call: 'Llamada'},

  safety: {
    ...shared.safety,
    renewedAgain: name => `${name}: ${shared.safety.renewed.again}`,
    renewedFirst: name => `${name}: ${shared.safety.renewed.first}`,
  },

  keeps: {
    ...shared.keeps,
    provider: {
      sealed: 'Los nombres, los motivos y los mensajes se sellan en una página y se abren en la otra. El servicio que está en medio no tiene la llave.',
      erased: 'Un chat se borra cuando usted lo cierra, cuando vuelve a cargar, deja o pierde esta página, cuando nadie escribe durante mucho tiempo y cuando el servicio se reinicia. Uno terminado se borra cuando abre otro o empieza una llamada, salvo que un paciente que sigue aquí haya escrito algo sin leer.',
      sees: 'El servicio sí ve las direcciones de internet, qué páginas se hablan, cuándo escribe alguien y el tamaño aproximado de cada mensaje.',
      screen: 'La pantalla del paciente puede mostrar el chat hasta que lo borre o la deje. Lo que usted copie o anote queda en sus manos, como después de cualquier consulta.',
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
        body: 'Vuelva a cargar la página para empezar de nuevo. Eso borra todos los chats de esta página: copie lo que necesite.',
      },
      unprotected: {
        title: 'La página de este paciente no puede proteger un chat.',
        body: 'No se puede enviar nada. Pídale que abra otra vez el enlace en un navegador actual, o llámele.',
      },
    },
    in: name => `Chat con ${name}.`,
    short: 'Se dejó de enviar',
  },

  doubts: {
    unprotected: 'La página de este paciente no puede proteger un chat.',
    unverified: 'No se pudieron comprobar los datos.',
  },

  guard: {
    copyFirst: 'Copiar primero',
    copyEnded: 'Copiar primero el chat terminado',
    copyNamed: name => `Copiar primero el chat de ${name}`,
    copyMany: count => counted(count, plurals.copyChats),
    lesson: 'Cerrar y borrar: el chat desaparece de esta página y del servicio de inmediato, y no se puede recuperar. La flecha de al lado conserva el chat.',
    learnt: 'Lo que se cierra no se puede recuperar; la flecha conserva un chat.',
  },

  list: {
    changed: 'La lista cambió',
    /** @param {number} count of messages in rows that wait to be shown */
    unshown: count => (count === 0 ? '' : ` · ${number(count)} sin leer`),
    update: 'Actualizar',
  },

  seal: {
    parts: {
      'core-dumps': 'la prohibición de volcados de memoria',
      'file-size': 'la prohibición de archivos',
      output: 'la prohibición de archivos de registro',
      landlock: 'archivos cerrados',
      seccomp: 'llamadas al sistema cerradas',
      'memory-lock': 'memoria bloqueada',
      swap: 'memoria fuera del disco',
      user: 'un usuario propio',
      hibernation: 'la prohibición de hibernar',
      'crash-kernel': 'la prohibición de volcados del núcleo',
    },
    without: (parts, isForDevelopment) => isForDevelopment
      ? `Desarrollo: funciona sin ${listed(parts)}.`
      : `Este servicio funciona sin ${listed(parts)}. Avise a quien lo administra.`,
  },

  notes: {
    flags: 'Marcas',
    flag: {urgent: 'Urgente', interpreter: 'Intérprete', identity: 'Identidad confirmada'},
    title: 'Nota privada',
    hint: 'Solo usted la ve. Se borra con el chat.',
  },

  keys: {
    title: 'Teclas',
    open: 'Teclas de esta página',
    anywhere: 'En cualquier parte',
    inList: 'En la lista',
    inChat: 'En un chat',
    nextUnread: 'Siguiente mensaje sin leer',
    regions: 'Siguiente zona: fila, llamada, chat',
    blur: 'Difuminar nombres y mensajes',
    wipe: 'Borrar todos los chats, tras una pregunta',
    print: 'Imprimir el chat abierto',
    rows: 'De fila en fila',
    ends: 'Primera fila, última fila',
    chat: 'Abrir el chat',
    information: 'Información del paciente',
    help: 'Este panel',
    send: 'Enviar',
    newLine: 'Línea nueva',
    minimise: 'Minimizar',
    close: 'Cerrar y borrar',
    copy: 'Copiar para el expediente',
    messages: 'De mensaje en mensaje',
    letters: 'Teclas de una sola letra en la lista',
    dismiss: 'Cerrar',
  },

  veil: {
    button: 'Difuminar',
    label: 'Difuminar nombres y mensajes',
    isOn: 'Los nombres y los mensajes están difuminados.',
    away: 'Difuminado porque esta página estuvo oculta dos minutos.',
    lift: 'Mostrar de nuevo',
    off: 'Los nombres y los mensajes se muestran.',
  },

  wipe: {
    open: 'Borrar todos los chats…',
    title: '¿Borrar todos los chats?',
    bodyEmpty: 'Nadie ha escrito todavía. Se borran los borradores y las notas. Los pacientes conservan su lugar y reciben un aviso.',
    body: count => counted(count, plurals.wipeBody),
    noUndo: 'No se puede deshacer.',
    yes: 'Borrar todo',
    no: 'Cancelar',
    doneEmpty: 'Borrado. No queda nada.',
    done: count => counted(count, plurals.wipeDone),
    here: count => counted(count, plurals.wipeHere),
  },

  paper: {
    provider: name => `${name} (profesional)`,
    patient: name => `${name} (paciente)`,
    notice: 'Impreso de un chat que no se guarda.',
  },

  door: {
    needLink: {
      title: 'Abra su enlace de acceso',
      body: 'Su clínica le da un enlace que abre esta consola. Ábralo en este navegador.',
    },
    connecting: {
      title: 'Iniciando su sesión',
      body: 'Cerrar o volver a cargar esta página borra sus chats.',
    },
    elsewhere: {
      title: 'Su consola está abierta en otro lugar.',
      body: 'Una sola consola a la vez. Usarla aquí la termina allá.',
    },
    useHere: 'Usar aquí',
    useHereAndErase: chats => counted(chats, plurals.useHere),
    startNew: 'Empezar una sesión nueva',
    restored: {
      title: 'Esta sesión se borró.',
      body: 'Usted dejó esta página, así que se borraron sus chats. No se conservó nada.',
    },
    unprotected: {
      title: 'Este navegador no puede proteger el chat',
      body: 'Abra el enlace en una versión actual de Chrome, Edge, Firefox o Safari, en una dirección que empiece con https.',
    },
    noRoom: {
      title: 'No se puede llegar a esta sala de espera',
      body: 'Revise su conexión, o la dirección.',
    },
    tryAgain: 'Intentar de nuevo',
    codes: {
      4100: {
        title: 'Esta página y el servicio no concuerdan',
        body: 'Es posible que el servicio se haya actualizado. Sus chats se borraron. Abra de nuevo su enlace de acceso.',
      },
      4101: {
        title: 'Se rechazó su enlace de acceso',
        body: 'Es demasiado antiguo, es para otra sala o ya no es válido. Pida a su clínica un enlace nuevo.',
      },
      4102: {
        title: 'Su consola se abrió en otro lugar',
        body: 'Esta sesión se borró. En esta página no queda nada de sus chats.',
      },
      4103: {
        title: 'Esta página está conectada dos veces',
        body: 'Sus chats ya no se muestran aquí.',
      },
      4106: {
        title: 'Su sesión está cerrada',
        body: 'Sus chats se borraron. Abra su enlace de acceso para empezar de nuevo.',
      },
      4107: {title: 'Esta sesión ha terminado', body: 'Sus chats se borraron.'},
      4114: {
        title: 'El servicio se está deteniendo',
        body: 'Ahora no pueden empezar sesiones nuevas. Inténtelo más tarde.',
      },
    },
    otherCode: {title: 'Esta sesión ha terminado', body: 'Sus chats se borraron.'},
  },
}
