/** Tables that the build packs; packed.ts reads them. */
declare module 'ranges:*' {
  const packed: string;
  export default packed;
}
declare module 'texts:*' {
  const packed: string;
  export default packed;
}
