/** What the patient's page says, in Spanish. */

import {number} from '../forms.js'
import {counted, kept, plurals as both, readFromTheStart, shared, stopping} from './shared.js'

export const plurals = {
  ...both,
  titleUnread: {
    one: '({n}) Mensaje nuevo',
    many: '({n}) Mensajes nuevos',
    other: '({n}) Mensajes nuevos',
  },
  underMinutes: {
    one: 'Menos de {n} min',
    many: 'Menos de {n} de min',
    other: 'Menos de {n} min',
  },
}

const toBegin = 'Vuelva a cargar la página para empezar un chat nuevo. Su código de regreso conserva su lugar.'
const startOver = 'Regístrese de nuevo, por favor.'
const inMinutes = 'Inténtelo de nuevo en unos minutos, por favor.'
const proved = 'Su profesional de salud terminó este chat.'
const unproved = 'El servicio de conexión terminó este chat.'
const onlyHere = 'Lo que ve existe solo en esta pantalla.'
const lostBody = 'La conexión se perdió por demasiado tiempo, o el servicio se reinició.'

/** @type {typeof import('../en/patient.js').words} */
export const words = {
  ...shared,
  connecting: 'Conectando…',

  emergency: {
    lead: 'No es para emergencias.',
    call: 'Llame al',
    callNumber: phone => `Llame al ${phone}.`,
    callLocal: 'Llame al número de emergencias de su localidad.',
  },

  connection: {
    ...shared.connection,
    reconnectingPatient: ms => `Se perdió la conexión. Intentando de nuevo… su lugar se conserva durante ${kept(ms)}.`,
    stoppingPatient: time => `Este servicio se detiene a las ${time}. Los mensajes siguen en esta pantalla hasta que usted los borre.`,
  },

  keeps: {
    ...shared.keeps,
    patient: {
      sealed: 'Su nombre, su motivo y sus mensajes se sellan en esta página y se abren en la de su profesional de salud. El servicio que está en medio no tiene la llave.',
      erased: 'Los mensajes se borran cuando su profesional de salud cierra el chat o deja su página, cuando nadie escribe durante mucho tiempo y cuando el servicio se reinicia.',
      sees: 'El servicio sí ve su dirección de internet, cuándo escribe, el tamaño aproximado de cada mensaje y que ustedes dos están en contacto.',
      screen: 'Esta pantalla muestra sus mensajes hasta que usted los borre o deje la página. Su profesional de salud puede copiarlos, y puede escribir notas en su expediente médico, como después de cualquier consulta.',
    },
  },

  stopped: {
    ...shared.stopped,
    patient: {
      missing: stopping('missing', toBegin),
      unreadable: stopping('unreadable', toBegin),
      different: stopping('different', toBegin),
      unkeyed: stopping('unkeyed', toBegin),
      compared: {
        title: readFromTheStart,
        body: 'Vuelva a cargar la página para empezar de nuevo. Su código de regreso conserva su lugar.',
      },
      unprotected: {
        title: 'Esta página no puede proteger un chat aquí.',
        body: 'La página y el servicio de la clínica no son compatibles, así que no se envía nada de lo que escriba. Vuelva a cargar la página. Si eso no ayuda, llame a la clínica.',
      },
    },
  },

  wait: {
    label: 'Espera',
    unknown: 'Aún no podemos calcularla',
    range: (low, high) => `Unos ${number(low)} a ${number(high)} min`,
    under: high => counted(high, plurals.underMinutes),
    overAnHour: 'Más de una hora',
    from: 'La espera se calcula según cómo ha avanzado su lugar.',
  },

  quick: {
    label: 'Mensajes rápidos',
    cannotHear: 'No le oigo',
    moreTime: 'Necesito más tiempo',
    leaving: 'Me tengo que ir',
  },

  comfort: {
    heading: 'Mientras espera',
    tips: {
      ready: 'Tenga a mano sus medicinas y sus preguntas.',
      place: 'Busque un lugar tranquilo, con luz en la cara.',
      phone: 'Mantenga el teléfono cargando y con Wi-Fi.',
    },
    awake: 'Mantener la pantalla encendida',
    awakeStates: {
      on: 'Activado. Su teléfono no se bloqueará en esta página.',
      off: 'Desactivado. Si su teléfono se bloquea, su lugar se conserva un rato.',
      refused: 'Su teléfono no lo permite ahora. Quizá esté ahorrando batería.',
      none: 'Este navegador no puede mantener la pantalla encendida.',
    },
    sound: 'Sonar cuando reciba un mensaje',
    soundStates: {
      on: 'Activado. Revise que su teléfono no esté en silencio.',
      off: 'Desactivado',
      blocked: 'Su navegador lo bloquea. Presione aquí otra vez.',
      none: 'Este navegador no puede reproducirlo.',
    },
  },

  devices: {
    heading: 'Cámara y micrófono',
    hint: 'Solo el resultado sale de este dispositivo.',
    picture: 'Su imagen',
    start: 'Probar cámara y micrófono',
    done: 'Listo',
    again: 'Probar otra vez',
    asking: 'Su navegador pregunta si esta página puede usarlos. Permítalo.',
    speak: 'Diga algo…',
    camera: {
      works: 'La cámara funciona',
      blocked: 'La cámara está bloqueada. Permítala en los ajustes de su navegador.',
      missing: 'No se encontró ninguna cámara',
      busy: 'La cámara no arranca. Quizá la use otro programa.',
    },
    microphone: {
      works: 'El micrófono funciona',
      silent: 'No se oyó nada. Revise que no esté silenciado.',
      blocked: 'El micrófono está bloqueado. Permítalo en los ajustes de su navegador.',
      missing: 'No se encontró ningún micrófono',
      busy: 'El micrófono no arranca. Quizá lo use otro programa.',
    },
  },

  patient: {
    skipToCheckIn: 'Ir al registro',
    skipToMessages: 'Ir a los mensajes',
    title: 'Sala de espera',
    unprotectedTitle: 'Este navegador no puede proteger el chat',
    unprotectedBody: 'Abra este enlace en una versión actual de Chrome, Edge, Firefox o Safari, en una dirección que empiece con https. O llame a la clínica.',
    unprotectedSent: 'No se envió nada.',
    titleUnread: unread => counted(unread, plurals.titleUnread),
    checkInTitle: 'Registro',
    notCheckedIn: 'Aún no se ha registrado.',
    notLoaded: 'No se pudo cargar una parte de esta página. Revise su conexión y presione “Registrarme” otra vez.',
    nameLabel: 'Su nombre o un alias',
    nameHint: 'Basta con el primer nombre.',
    reasonLabel: '¿Cuál es el motivo de su consulta?',
    optional: '(opcional)',
    haveCode: '¿Tiene un código de regreso?',
    rejoinCode: 'Código de regreso',
    codeHint: 'Conserva su lugar en la fila. Los mensajes anteriores no se guardan.',
    codeWhy: 'Si pierde esta página, escriba este código para conservar su lugar.',
    consent: 'Los mensajes no se guardan. Desaparecen cuando su profesional de salud los cierra.',
    checkIn: 'Registrarme',
    yourPlace: 'Su lugar',
    messages: 'Mensajes',
    leaveHeading: 'Salir',
    leaveHint: 'Pierde su lugar, y los mensajes desaparecen de esta pantalla.',
    yourRoom: name => `Está en la sala de espera de ${name}`,
    aRoom: 'Está en la sala de espera',
    provider: 'su profesional de salud',
    checkedIn: 'Su registro está listo. Mantenga esta página abierta.',
    arriving: 'Registrando su llegada…',
    position: position => `${number(position)}.º en la fila`,
    orderChanges: 'El orden puede cambiar por razones médicas.',
    statuses: {
      available: 'Disponible',
      on_another_call: 'En otra llamada',
      away: 'Ausente',
      closed: 'Cerrado',
      reconnecting: 'Reconectando',
      nobody: 'Aún no está',
      in_call: 'En llamada con usted',
    },
    statusLines: {
      on_another_call: name => `${name} está en otra llamada.`,
      away: name => `${name} no está en este momento. Usted conserva su lugar.`,
      closed: name => `${name} no está atendiendo ahora. Usted conserva su lugar mientras esta página esté abierta.`,
      reconnecting: name => `Se cortó la conexión de ${name}. Los mensajes que envíe ahora se entregarán si regresa pronto.`,
      nobody: () => 'Aún no hay nadie aquí. Usted conserva su lugar.',
      in_call: name => `Está en una llamada con ${name}.`,
    },
    hours: hours => `Horario: ${hours}`,
    nameError: 'Escriba un nombre o un alias.',
    codeError: 'Ningún lugar tiene este código de regreso. Revíselo, o regístrese sin él.',
    ended: {proved, unproved},
    gone: {
      proved: `${proved} Tampoco queda en esta pantalla.`,
      unproved: `${unproved} Tampoco queda en esta pantalla.`,
    },
    cleared: {
      proved: `${proved} Existe solo en esta pantalla.`,
      unproved: `${unproved} Existe solo en esta pantalla.`,
    },
    clear: 'Borrar mi pantalla',
    leave: 'Salir de la sala de espera',
    waitingFull: 'Hay veinte mensajes que esperan a un profesional. Espere hasta que haya alguien.',
    expires: time => `Este chat se borrará a las ${time} si nadie escribe.`,
    checkInAgain: 'Registrarme de nuevo',
    erasedAt: time => `Borrado a las ${time}. No se guardó nada.`,
    over: {
      left: {title: 'Usted salió de la sala de espera', body: 'Su lugar quedó libre.'},
      removed: {
        title: 'Usted ya no está en la sala de espera.',
        body: 'La clínica retiró su nombre de la lista. Puede registrarse de nuevo.',
      },
      finished: {title: 'Consulta terminada'},
      lost: {title: 'No se pudo conservar su lugar', body: `${lostBody} ${startOver}`},
      refused: {title: 'No tiene un registro', body: `Algo salió mal. ${startOver}`},
    },
    overHeadings: {
      removed: 'Usted ya no está en la sala de espera',
      finished: 'Su consulta ha terminado',
      lost: 'No se pudo conservar su lugar',
      refused: 'Su registro ya no es válido',
    },
    standing: {
      removed: `Se retiró su nombre de la lista. ${onlyHere}`,
      finished: `${onlyHere} Al dejar la página, desaparece.`,
      lost: `${lostBody} ${onlyHere}`,
      refused: `Se cortó su conexión. ${onlyHere}`,
    },
    codes: {
      4100: {
        title: 'Esta página está desactualizada',
        body: `Es posible que el servicio se haya actualizado. ${startOver}`,
      },
      4103: {title: 'Esta página está conectada dos veces', body: startOver},
      4111: {
        title: 'Demasiados códigos de regreso equivocados',
        body: 'Espere un rato, o regístrese sin código.',
      },
      4112: {title: 'La sala de espera está llena', body: inMinutes},
      4113: {title: 'El servicio está ocupado', body: inMinutes},
      4114: {title: 'El servicio se está deteniendo', body: 'Inténtelo más tarde, por favor.'},
      4115: {title: 'Demasiados registros desde su red', body: inMinutes},
    },
  },
}
