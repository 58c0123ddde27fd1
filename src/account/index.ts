export { accountPage } from './account-page.ts'
