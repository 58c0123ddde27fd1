/** The texts of the pages. `PagesOptions.texts` replaces single ones. */
export const TEXTS = {
  en: {
    stepHeading: 'One more step',
    stepText: 'Enter the code that your authenticator app shows, or one of your recovery codes.',
    code: 'Code',
    confirm: 'Continue',
    wrongCode: 'This code is wrong, or was used already.',
    tooMany: 'Too many attempts. Please try again later.',
    enrolHeading: 'Add a second factor',
    enrolText: 'Scan the picture with an authenticator app, then enter the code that the app shows.',
    secret: 'Or type this key into the app:',
    permission: 'Code of the administration',
    permissionText:
      'Your account needs a second factor, and has none. Ask the people who look after this application for a code.',
    doneHeading: 'Your recovery codes',
    doneText:
      'Keep these codes in a safe place. Each replaces the app once, should you lose it. They are shown only now.',
    goOn: 'Continue',
    hasHeading: 'Second factor',
    hasText: 'Your account has a second factor.',
    left: 'Recovery codes left: {count}',
    remove: 'Remove it',
    over: 'This sign-in has taken too long. Please begin again.',
    toLogin: 'Go to sign-in',
    otherWay: 'Another way',
  },
  de: {
    stepHeading: 'Noch ein Schritt',
    stepText: 'Geben Sie den Code ein, den Ihre Authenticator-App zeigt, oder einen Ihrer Wiederherstellungscodes.',
    code: 'Code',
    confirm: 'Weiter',
    wrongCode: 'Dieser Code ist falsch oder wurde schon verwendet.',
    tooMany: 'Zu viele Versuche. Bitte versuchen Sie es später noch einmal.',
    enrolHeading: 'Zweiten Faktor hinzufügen',
    enrolText:
      'Lesen Sie das Bild mit einer Authenticator-App ein, und geben Sie dann den Code ein, den die App zeigt.',
    secret: 'Oder geben Sie diesen Schlüssel in die App ein:',
    permission: 'Code der Verwaltung',
    permissionText:
      'Ihr Konto braucht einen zweiten Faktor und hat noch keinen. Bitten Sie die Stelle, die diese Anwendung betreut, ' +
      'um einen Code.',
    doneHeading: 'Ihre Wiederherstellungscodes',
    doneText:
      'Bewahren Sie diese Codes sicher auf. Jeder ersetzt einmal die App, falls Sie sie verlieren. ' +
      'Sie werden nur jetzt gezeigt.',
    goOn: 'Weiter',
    hasHeading: 'Zweiter Faktor',
    hasText: 'Ihr Konto hat einen zweiten Faktor.',
    left: 'Übrige Wiederherstellungscodes: {count}',
    remove: 'Entfernen',
    over: 'Diese Anmeldung hat zu lange gedauert. Bitte beginnen Sie noch einmal.',
    toLogin: 'Zur Anmeldung',
    otherWay: 'Auf andere Weise',
  },
} as const

export type Texts = Readonly<Record<keyof (typeof TEXTS)['en'], string>>
