/** What the console says about its alerts, in Spanish: no name and no text in a notification. */

const notifications = {
  arrival: 'Alguien está esperando',
  message: 'Mensaje nuevo en su fila',
  test: 'Esto es una prueba',
}

/** @type {typeof import('../en/console-alerts.js').alerts} */
export const alerts = {
  notifications,
  sound: {
    ready: 'Con sonido',
    off: 'En silencio',
    blocked: 'Sonido bloqueado',
    none: 'No hay sonido',
  },
  chip: {
    on: 'Alertas: sí',
    off: 'Alertas: no',
    blocked: 'Alertas: bloqueadas',
  },
  account: 'Configuración de la cuenta',
  hint: {
    ready: 'Oirá un timbre cuando alguien se registre.',
    blocked: 'Su navegador no suena hasta que usted presione algo en esta página.',
    off: 'El sonido está desactivado. Nada sonará cuando alguien se registre.',
    none: 'Este navegador no puede hacer sonar el timbre. Mantenga esta página a la vista.',
  },
  testChime: 'Probar el timbre',
}

/** @type {typeof import('../en/console-alerts.js').settings} */
export const settings = {
  title: 'Configuración de la cuenta',
  notifications: 'Notificaciones',
  close: 'Cerrar',
  kept: {
    stored: 'Estas opciones se guardan en este navegador: interruptores y números, la apariencia y el idioma; nada sobre pacientes.',
    notStored: 'Estas opciones duran hasta que deje esta página. Su clínica no guarda nada en los navegadores.',
  },
  names: {
    sound: 'Sonido',
    notification: 'Notificación de escritorio',
    badge: 'Número en la pestaña',
    repeat: 'Repetir hasta que se vea',
    onlyHidden: 'Solo cuando esta página no está al frente',
  },
  theme: {
    name: 'Apariencia',
    system: 'Como el sistema',
    light: 'Clara',
    dark: 'Oscura',
  },
  enter: {
    name: 'Enter envía',
    sends: 'Shift+Enter empieza una línea nueva.',
    breaks: 'Shift+Enter envía, y Enter empieza una línea nueva.',
  },
  volume: 'Volumen',
  test: 'Probar',
  tests: {
    arrival: 'Probar llegada',
    message: 'Probar mensaje',
    notification: 'Probar la notificación de escritorio',
    badge: 'Probar el número en la pestaña',
    repeat: 'Probar la repetición',
    onlyHidden: 'Probar en 5 segundos',
  },
  off: 'Desactivado.',
  sound: {
    ready: 'Las llegadas suben de tono, los mensajes bajan.',
    blocked: 'Su navegador lo bloquea hasta que usted presione algo en esta página.',
    none: 'Este navegador no produce sonidos.',
  },
  notice: {
    granted: 'Aparece mientras usted mira otra cosa. Nunca lleva un nombre ni un texto.',
    default: 'Su navegador le preguntará primero.',
    denied: 'Su navegador las bloquea. Permita las notificaciones de esta dirección en su configuración.',
    none: 'Este navegador no tiene notificaciones de escritorio para páginas.',
  },
  badge: 'Cuántos mensajes hay sin leer, en el título y en el icono.',
  repeat: 'Cada 30 segundos cuando un mensaje lleva 2 minutos esperando y nadie lo ha visto.',
  onlyHidden: 'Mientras usted la mira, no suena.',
  tested: {
    arrival: 'Sonó: alguien ha llegado.',
    message: 'Sonó: un mensaje nuevo.',
    notification: 'Enviada. Si no vio ninguna, su sistema la retiene.',
    badge: 'Se muestra durante cinco segundos: mire la pestaña.',
    repeat: 'Sonó dos veces, como se repite.',
    onlyHidden: 'Ahora mire otra cosa. La alerta llega en 5 segundos.',
    silent: 'No sonó nada. Active el sonido y suba el volumen.',
    notShown: 'No se mostró nada.',
  },
}
