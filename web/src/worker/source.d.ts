/** The worker's script, which the build puts here. */
declare module 'worker:source' {
  const source: string;
  export default source;
}
