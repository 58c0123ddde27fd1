/** The texts of the pages. `PagesOptions.texts` replaces single ones. */
export const TEXTS = {
  en: {
    heading: 'Sign in with a passkey',
    text: 'Your browser asks for your finger, your face or your PIN.',
    use: 'Use a passkey',
    failed: 'The passkey was not accepted. Please try again.',
    unsupported: 'This browser knows no passkeys. Please sign in another way.',
    otherWay: 'Sign in another way',
    noScript: 'Passkeys need JavaScript.',
    manageHeading: 'Your passkeys',
    none: 'You have no passkeys.',
    name: 'Name of the passkey',
    add: 'Add a passkey',
    remove: 'Remove',
    created: 'added {date}',
  },
  de: {
    heading: 'Mit einem Passkey anmelden',
    text: 'Ihr Browser fragt nach Ihrem Finger, Ihrem Gesicht oder Ihrer PIN.',
    use: 'Passkey verwenden',
    failed: 'Der Passkey wurde nicht angenommen. Bitte versuchen Sie es noch einmal.',
    unsupported: 'Dieser Browser kennt keine Passkeys. Bitte melden Sie sich anders an.',
    otherWay: 'Anders anmelden',
    noScript: 'Passkeys brauchen JavaScript.',
    manageHeading: 'Ihre Passkeys',
    none: 'Sie haben keine Passkeys.',
    name: 'Name des Passkeys',
    add: 'Passkey hinzufügen',
    remove: 'Entfernen',
    created: 'hinzugefügt am {date}',
  },
} as const

export type Texts = Readonly<Record<keyof (typeof TEXTS)['en'], string>>
