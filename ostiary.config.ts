// The command line finds the application's users and roles here: `npx ostiary users list`.
export { auth as default } from './demo/auth.ts'
