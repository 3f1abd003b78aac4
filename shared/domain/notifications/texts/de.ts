import type { Texts } from './texts.ts'

/** What people are told, in German. */
export const de: Texts = {
  'run.started': { subject: '{what} hat begonnen', body: '{what} hat um {at} begonnen.' },
  'run.succeeded': { subject: '{what} war erfolgreich', body: '{what} war um {at} erfolgreich beendet.' },
  'run.failed': { subject: '{what} ist FEHLGESCHLAGEN', body: '{what} ist um {at} fehlgeschlagen: {message}' },
  'run.aborted': { subject: '{what} wurde angehalten', body: '{what} wurde um {at} angehalten: {message}' },
  'run.skipped': { subject: '{what} wurde ausgelassen', body: '{what} wurde um {at} nicht gestartet: {message}' },
  'run.long-running': {
    subject: '{what} dauert lange',
    body: '{what} läuft um {at} noch immer, viel länger als erwartet. Sehen Sie nach dem Gerät, oder brechen Sie den Lauf ab.',
  },
  'capacity.exhausted': {
    subject: '{what} fand keinen Platz',
    body: '{what} wurde nicht gestartet: {message} Zur nächsten Zeit wird es wieder versucht.',
  },
  'recovery.required': {
    subject: 'BITTE NACHSEHEN: {what}',
    body: '{message}\n\nNichts davon läuft wieder, bevor jemand nachgesehen und {id} freigegeben hat. Seit {at}.',
  },
  'recovery.cleared': { subject: 'Wieder frei: {what}', body: '{by} hat es um {at} freigegeben: {message}' },
  'emergency.stopped': {
    subject: 'NOT-HALT: {what}',
    body: '{by} hat um {at} alles auf {what} angehalten: {message}\n\nDort beginnt nichts, bis jemand es quittiert.',
  },
  'health.bad': {
    subject: '{what} ist nicht in Ordnung',
    body: '{what} hat um {at} die Prüfung nicht bestanden: {message}',
  },
  'agent.offline': {
    subject: 'Agent {what} ist nicht erreichbar',
    body: '{message} Aufträge warten, solange sie gültig sind. Ist der Rechner an, und sein Netz?',
  },
  'agent.online': { subject: 'Agent {what} ist wieder da', body: '{message}' },
  'agent.rivals': { subject: 'Agent {what}: zwei zugleich', body: '{message}' },
  'firing.missed': { subject: '{what} wurde versäumt', body: '{message} Die Liste der Zeiten nennt, welche.' },
  'conflict.found': { subject: 'Konflikt im Kalender', body: '{message}' },
  'hold.offered': { subject: 'Ihre Zeit ist reserviert', body: '{message}' },
  'approval.needed': { subject: 'Eine Buchung wartet auf Sie', body: '{message}' },
  'proposals.waiting': {
    subject: 'Eine Zuteilung wartet auf Freigabe: {what}',
    body: 'Für {proposed} Auftrag/Aufträge ab {first} gibt es Vorschläge, bei {swaps} davon weichen andere; für {unassigned} fand sich niemand oder keine Zeit. Bitte ansehen und freigeben oder ablehnen: {where}.',
  },
  'verification.found': {
    subject: 'Vor Arbeitsbeginn: die kommenden Tage',
    body: '{message}\n\nDer ganze Bericht ist {id}.',
  },
  'booking.changed': { subject: 'Eine Buchung hat sich geändert', body: '{message}' },
  'contact.verify': {
    subject: 'Sind Sie das? Code {code}',
    body: '{by} möchte Nachrichten des Labors {workspace} an diese Adresse senden.\n\nDer Code ist {code}. Wenn Sie davon nichts wissen, tun Sie nichts; dann hören Sie nichts mehr.',
  },
  'contact.test': { subject: 'Ein Versuch', body: 'Nachrichten des Labors {workspace} erreichen Sie hier.' },
  digest: { subject: '{count} Nachrichten des Labors {workspace}', body: '' },
  footer: 'Labor {workspace}. Sie bekommen dies, weil jemand diese Adresse angemeldet hat; ihr Kontakt ist {contact}.',
}
