import type { RegisterOptions } from 'fastify'
import type { OptionNames } from '../known-options.ts'
import type { PagesOptions } from '../pages/pages.ts'
import type { OstiaryOptions } from './plugin.ts'

/** `logLevel` and `logSerializers` are Fastify's own, for any plugin. */
export const PLUGIN_OPTIONS: OptionNames<OstiaryOptions & Pick<RegisterOptions, 'logLevel' | 'logSerializers'>> = {
  auth: true,
  prefix: true,
  anonymous: true,
  undeclared: true,
  persistent: true,
  routes: true,
  decorateAs: true,
  pages: true,
  publicPath: true,
  home: true,
  trustedOrigins: true,
  returnOrigins: true,
  logLevel: true,
  logSerializers: true,
}

/** The names below the option `pages`. */
export const PAGES_OPTIONS: OptionNames<PagesOptions> = {
  title: true,
  messages: true,
  defaultLanguage: true,
  logo: true,
  icon: true,
  links: true,
  script: true,
  stylesheet: true,
  login: true,
  logout: true,
  notice: true,
}
