/** The view "latents". */
export function LatentsView() {
  return <p class="notice">latents</p>;
}
