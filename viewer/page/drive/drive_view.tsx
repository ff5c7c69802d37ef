/** The view "drive". */
export function DriveView() {
  return <p class="notice">drive</p>;
}
