/**
 * SHA-2 of the member's page, where hashes see secrets: a well-kept library's. The build puts it
 * also in the place of the verifier's own, which is small and sees public values only.
 */

import { sha512 } from '@noble/hashes/sha2.js';

export { sha256, sha384, sha512 } from '@noble/hashes/sha2.js';

/** SHA-512 of bytes that come in pieces. */
export const sha512Stream = () => sha512.create();
