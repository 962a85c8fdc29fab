/** The engine of the member's page. */

export { MemberError } from './errors.js';
export type * from './interface.js';
