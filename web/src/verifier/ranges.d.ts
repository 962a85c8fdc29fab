/** Tables of docs/spec.md, which the build packs: see `membership` in unicode14.ts. */
declare module 'ranges:*' {
  const ranges: string;
  export default ranges;
}
