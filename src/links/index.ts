export type { AccountLinks, MadeLink } from './account-links.ts'
export {
  accountLinks,
  type Delivery,
  type LinksExtension,
  type LinksOptions,
  linksOf,
  type SignUpOptions,
} from './links.ts'
