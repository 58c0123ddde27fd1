/** Made by other programs, all of them of the password `Grüße`. */
export const BCRYPT = '$2b$04$OQHXN9PjPr/OlRH35/rHJun4ZskIhYs6Ik9VxKpLQywrV.LVxZrku'
export const APR1 = '$apr1$G/J.K91n$F7aeBTeQMMRn.ixS/n/zs.'
export const BCRYPT_2Y = '$2y$05$9CRM.3WoULWl6Ah/HvFAS.JqgH6SZcpXUHWG7PtQTop/SFS3hdU5y'
export const SHA = '{SHA}9kl1HW4btG+MhqjgMAI3wz3wcHQ='
export const SSHA = '{SSHA}+YodO7XNrGrJV4fFyNNbt+uTNA8FjIHP'
