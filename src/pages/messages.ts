import Negotiator from 'negotiator'

/** Every text on the pages, each a plain string. The templates escape it, so markup is shown as text. */
export interface PageMessages {
  /** Heading of the login page. */
  readonly loginHeading: string
  readonly username: string
  readonly password: string
  /** Beside the check box for a session that outlives the browser. */
  readonly persistent: string
  readonly loginButton: string
  /** On the login button, after it was pressed. */
  readonly signingIn: string
  /** Button that shows the typed password. */
  readonly showPassword: string
  /** The same button, while the password is shown. */
  readonly hidePassword: string
  /** Link to the page that replaces a forgotten password. */
  readonly forgotPassword: string
  /** The one answer to every refused login, whatever the reason. It must not tell which half was wrong. */
  readonly refused: string
  /** An outage. The text says that the password is not the cause. */
  readonly unavailable: string
  /** After too many failed attempts. */
  readonly throttled: string
  /** Follows `throttled`. `{when}` is replaced by a time such as "in 5 minutes". */
  readonly tryAgainThen: string
  /** In place of `tryAgainThen`, when the time is over. */
  readonly tryAgainNow: string
  /** The server is too busy to check a password now. */
  readonly busy: string
  /** The password was right, and the user already has the allowed number of sessions. */
  readonly tooManySessions: string
  /** The form arrived incomplete or damaged. */
  readonly badRequest: string
  readonly signedOut: string
  /** The sign-in at another service, such as an identity provider, did not succeed. */
  readonly notSignedInElsewhere: string
  /** Between the form and the other ways of signing in. */
  readonly or: string
  /** Heading of the page between signing out here and signing out elsewhere. */
  readonly signedOutHereHeading: string
  readonly signedOutHereText: string
  /** Link that leads on. */
  readonly goOn: string
  /** On the login page, for signed-in users whose login is too old for the page that they want to open. */
  readonly again: string
  /** Heading of the logout page. */
  readonly logoutHeading: string
  /** Caption above the name of the signed-in user. */
  readonly signedInAs: string
  readonly logoutButton: string
  /** Link on the logout page, back into the application. */
  readonly cancel: string
  readonly nobodySignedIn: string
  readonly forbiddenHeading: string
  readonly forbiddenText: string
  readonly unavailableHeading: string
  readonly unavailableText: string
  /** For users who sent a form, and whose login is too old for it. */
  readonly againHeading: string
  readonly againText: string
  /** Link to the login page. */
  readonly goToLogin: string
  /** Link to the login page, for users who are signed in. */
  readonly otherAccount: string
  /** Link that requests the same page again. */
  readonly retry: string
  /** Link to the application's first page. */
  readonly goHome: string
  /** Name of the group of links below every page, for screen readers. */
  readonly footer: string
  readonly help: string
  readonly imprint: string
  readonly privacy: string
}

/** The built-in languages. */
export const MESSAGES: { readonly en: PageMessages; readonly de: PageMessages } = {
  en: {
    loginHeading: 'Sign in',
    username: 'User name',
    password: 'Password',
    persistent: 'Stay signed in on this device',
    loginButton: 'Sign in',
    signingIn: 'Signing in …',
    showPassword: 'Show password',
    hidePassword: 'Hide password',
    forgotPassword: 'Forgot your password?',
    refused: 'User name or password is wrong.',
    unavailable:
      'Sign-in cannot be checked at the moment. This has nothing to do with your password. Please try again later.',
    throttled: 'Too many sign-in attempts.',
    tryAgainThen: 'You can try again {when}.',
    tryAgainNow: 'You can try again now.',
    busy: 'Many people are signing in at the moment. Please try again shortly.',
    tooManySessions: 'You are signed in on as many devices as is allowed. Sign out on one of them, then try again.',
    badRequest: 'The form did not arrive complete. Please fill it in again.',
    signedOut: 'You are signed out.',
    notSignedInElsewhere: 'The sign-in did not succeed there. Please try again, or sign in another way.',
    or: 'or',
    signedOutHereHeading: 'You are signed out here',
    signedOutHereText: 'You are now led to the sign-in service, which signs you out too.',
    goOn: 'Continue',
    again: 'You have been signed in for a while. To go on, please sign in again.',
    logoutHeading: 'Sign out',
    signedInAs: 'Signed in as',
    logoutButton: 'Sign out',
    cancel: 'Cancel',
    nobodySignedIn: 'Nobody is signed in.',
    forbiddenHeading: 'You may not open this page',
    forbiddenText:
      'If you have an account that may, sign in with it. Otherwise ask the people who look after this application.',
    unavailableHeading: 'Not possible at the moment',
    unavailableText: 'It cannot be checked right now whether you may open this page. Please try again later.',
    againHeading: 'Please sign in again',
    againText:
      'You have been signed in for a while, and this needs your password once more. Nothing has been done yet: ' +
      'sign in, then do it again.',
    goToLogin: 'Go to sign-in',
    otherAccount: 'Sign in with another account',
    retry: 'Try again',
    goHome: 'Go to the start page',
    footer: 'About this application',
    help: 'Help',
    imprint: 'Imprint',
    privacy: 'Privacy',
  },
  de: {
    loginHeading: 'Anmelden',
    username: 'Benutzername',
    password: 'Passwort',
    persistent: 'Auf diesem Gerät angemeldet bleiben',
    loginButton: 'Anmelden',
    signingIn: 'Anmeldung läuft …',
    showPassword: 'Passwort anzeigen',
    hidePassword: 'Passwort verbergen',
    forgotPassword: 'Passwort vergessen?',
    refused: 'Benutzername oder Passwort ist falsch.',
    unavailable:
      'Die Anmeldung kann im Moment nicht geprüft werden. Das liegt nicht an Ihrem Passwort. ' +
      'Bitte versuchen Sie es später noch einmal.',
    throttled: 'Zu viele Anmeldeversuche.',
    tryAgainThen: 'Sie können es {when} noch einmal versuchen.',
    tryAgainNow: 'Sie können es jetzt noch einmal versuchen.',
    busy: 'Im Moment melden sich sehr viele Personen an. Bitte versuchen Sie es gleich noch einmal.',
    tooManySessions:
      'Sie sind bereits auf so vielen Geräten angemeldet, wie erlaubt ist. ' +
      'Melden Sie sich auf einem davon ab und versuchen Sie es dann noch einmal.',
    badRequest: 'Das Formular ist nicht vollständig angekommen. Bitte füllen Sie es noch einmal aus.',
    signedOut: 'Sie sind abgemeldet.',
    notSignedInElsewhere:
      'Die Anmeldung dort ist nicht gelungen. Bitte versuchen Sie es noch einmal, oder melden Sie sich anders an.',
    or: 'oder',
    signedOutHereHeading: 'Sie sind hier abgemeldet',
    signedOutHereText: 'Sie werden jetzt zum Anmeldedienst geleitet, der Sie ebenfalls abmeldet.',
    goOn: 'Weiter',
    again: 'Sie sind schon länger angemeldet. Um fortzufahren, melden Sie sich bitte noch einmal an.',
    logoutHeading: 'Abmelden',
    signedInAs: 'Angemeldet als',
    logoutButton: 'Abmelden',
    cancel: 'Abbrechen',
    nobodySignedIn: 'Es ist niemand angemeldet.',
    forbiddenHeading: 'Sie dürfen diese Seite nicht öffnen',
    forbiddenText:
      'Wenn Sie ein Konto haben, das dazu berechtigt ist, melden Sie sich damit an. ' +
      'Sonst wenden Sie sich bitte an die Stelle, die diese Anwendung betreut.',
    unavailableHeading: 'Im Moment nicht möglich',
    unavailableText:
      'Es kann gerade nicht geprüft werden, ob Sie diese Seite öffnen dürfen. ' +
      'Bitte versuchen Sie es später noch einmal.',
    againHeading: 'Bitte melden Sie sich noch einmal an',
    againText:
      'Sie sind schon länger angemeldet, und hierfür wird Ihr Passwort noch einmal gebraucht. ' +
      'Es ist noch nichts geschehen: Melden Sie sich an, und versuchen Sie es dann erneut.',
    goToLogin: 'Zur Anmeldung',
    otherAccount: 'Mit einem anderen Konto anmelden',
    retry: 'Noch einmal versuchen',
    goHome: 'Zur Startseite',
    footer: 'Über diese Anwendung',
    help: 'Hilfe',
    imprint: 'Impressum',
    privacy: 'Datenschutz',
  },
}

/** Longer than the headers of all known browsers, in characters. Longer headers are ignored. */
const LONGEST_ACCEPT_LANGUAGE = 500

/**
 * Picks one of the available languages by the browser's `Accept-Language` (RFC 9110, section 12.5.4).
 *
 * Always returns `fallback` or one of `available`. A header that is missing, malformed, too long, unmatched or `*`
 * gives `fallback`.
 */
export function chooseLanguage(
  acceptLanguage: string | undefined,
  available: readonly string[],
  fallback: string,
): string {
  if (!acceptLanguage || acceptLanguage.length > LONGEST_ACCEPT_LANGUAGE) return fallback
  const fallbackFirst = [fallback, ...available.filter((language) => language !== fallback)]
  return new Negotiator({ headers: { 'accept-language': acceptLanguage } }).language(fallbackFirst) ?? fallback
}

/**
 * Returns the texts of one language: the built-in texts, replaced by the application's own where given. `de-AT` starts
 * from `de`; other new languages start from English.
 *
 * @throws {TypeError} when a text has an unknown name, or is anything else than a string.
 */
export function completeMessages(language: string, own: Partial<PageMessages>): PageMessages {
  const complete: Record<keyof PageMessages, string> = { ...builtIn(language) }
  for (const [name, text] of Object.entries<unknown>(own)) {
    if (text === undefined) continue
    if (!isMessageName(name)) throw new TypeError(`The pages have no text named '${name}' (language '${language}').`)
    if (typeof text !== 'string') throw new TypeError(`The text '${name}' (language '${language}') must be a string.`)
    complete[name] = text
  }
  return complete
}

function builtIn(language: string): PageMessages {
  return language === 'de' || language.startsWith('de-') ? MESSAGES.de : MESSAGES.en
}

function isMessageName(name: string): name is keyof PageMessages {
  return Object.hasOwn(MESSAGES.en, name)
}
