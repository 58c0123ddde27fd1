import { definePermission, defineRole } from 'ostiary'

// Who may do what: permissions and roles are code.
export const VIEW = definePermission({ name: 'view', description: 'View content' })
const EDIT = definePermission({ name: 'edit', description: 'Edit content' })
const DELETE = definePermission({ name: 'delete', description: 'Delete content' })

export const ADMINISTRATOR = defineRole({
  name: 'Administrator',
  description: 'May do everything',
  permissions: [VIEW, EDIT, DELETE],
})
export const USER = defineRole({ name: 'User', description: 'Views and edits', permissions: [VIEW, EDIT] })
export const VIEWER = defineRole({ name: 'Viewer', description: 'Only views', permissions: [VIEW] })
