/** The view "watch". */
export function WatchView() {
  return <p class="notice">watch</p>;
}
