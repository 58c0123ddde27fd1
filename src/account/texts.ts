/** The texts of the page. `PagesOptions.texts` replaces single ones. */
export const TEXTS = {
  en: {
    heading: 'Your account',
    from: 'Account of the source “{source}”',
    roles: 'Your roles',
    noRoles: 'You have no roles.',
    superuser: 'You are a superuser: you may do everything.',
    sessions: 'Where you are signed in',
    here: 'this browser',
    unknownDevice: 'Unknown device',
    started: 'since {time} UTC',
    seen: 'last seen {time} UTC',
    end: 'End',
    endOthers: 'End all others',
    logout: 'Sign out',
  },
  de: {
    heading: 'Ihr Konto',
    from: 'Konto der Quelle „{source}“',
    roles: 'Ihre Rollen',
    noRoles: 'Sie haben keine Rollen.',
    superuser: 'Sie sind Superuser und dürfen alles.',
    sessions: 'Wo Sie angemeldet sind',
    here: 'dieser Browser',
    unknownDevice: 'Unbekanntes Gerät',
    started: 'seit {time} UTC',
    seen: 'zuletzt gesehen {time} UTC',
    end: 'Beenden',
    endOthers: 'Alle anderen beenden',
    logout: 'Abmelden',
  },
} as const

export type Texts = Readonly<Record<keyof (typeof TEXTS)['en'], string>>
