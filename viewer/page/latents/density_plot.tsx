import { useSignalEffect } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { cssColor } from "../charts/series.ts";
import { line, scaleLinear } from "../charts/d3.ts";
import type { Encoding } from "../state/session.ts";
import { chosen, row } from "./latents_state.ts";
import { componentDensity, density, mixtureAt } from "./mixture.ts";
import { signed } from "../ui/signed.ts";
import { evenly } from "./traverse.ts";

/** Its own units; it is stretched to its panel. */
const [WIDTH, HEIGHT] = [400, 180];
/** Places where densities are drawn. */
const POINTS = 241;

/** What the memory expects of the chosen dimension after the present decision, and what came. */
export function DensityPlot({ perception: { encoded, followed, model } }: { perception: Encoding }) {
  const { latentSize } = model.card;
  const decisions = followed.rewards.length;
  const components = followed.weights.length / (decisions * latentSize);
  const svg = useRef<SVGSVGElement>(null);
  const scale = useRef<HTMLParagraphElement>(null);
  const keys = useRef<HTMLParagraphElement>(null);
  const draw = () => {
    const [dimension, decision] = [chosen.value, Math.min(row.value, decisions - 1)];
    const mixture = mixtureAt(followed, { decision, decisions, dimension, latentSize });
    const [now, next] = [0, 1].map((later) => encoded.mu[(decision + later) * latentSize + dimension]);
    const [low, high] = spanOf(encoded.mu, dimension, latentSize);
    const xs = evenly(low, high, POINTS);
    // A narrow component may fall between two places: its middle is drawn as well.
    xs.push(...mixture.means.filter((mean) => mean > low && mean < high));
    xs.sort((a, b) => a - b);
    const whole = xs.map((x) => density(mixture, x));
    const x = scaleLinear([low, high], [0, WIDTH]);
    const y = scaleLinear([0, Math.max(...whole, 1e-6) * 1.05], [HEIGHT - 1, 0]);
    const curve = (values: number[]) => line((_, i) => x(xs[i]), (value: number) => y(value))(values) ?? "";
    const root = svg.current!;
    root.querySelector(".whole")!.setAttribute("d", curve(whole));
    root.querySelector(".shade")!.setAttribute("d", `${curve(whole)}V${HEIGHT}H0Z`);
    for (const [k, path] of root.querySelectorAll(".component").entries()) {
      path.setAttribute("d", curve(xs.map((x) => componentDensity(mixture, k, x))));
    }
    root.querySelector(".present")!.setAttribute("transform", `translate(${x(now)} 0)`);
    root.querySelector(".next")!.setAttribute("transform", `translate(${x(next)} 0)`);
    root.querySelector(".axis")!.setAttribute(
      "d",
      `M0 ${HEIGHT - 1}H${WIDTH}M${x(0)} ${HEIGHT}V${HEIGHT - 8}`,
    );
    const marks = scale.current!.children as HTMLCollectionOf<HTMLElement>;
    for (const [n, value] of [low, 0, high].entries()) {
      marks[n].textContent = signed(value, 1);
      marks[n].style.left = `${x(value) / WIDTH * 100}%`;
    }
    const texts = [now, next, ...mixture.weights].map((value) => signed(value));
    for (const [n, output] of keys.current!.querySelectorAll("output").entries()) {
      output.textContent = texts[n];
    }
  };
  useSignalEffect(draw);
  useLayoutEffect(draw);
  const mixed = components > 1 ? Array.from({ length: components }, (_, k) => k) : [];
  return (
    <div>
      <div class="latents-memory-head">
        <h3>What comes next in z{chosen.value}</h3>
      </div>
      <svg
        ref={svg}
        class="latents-density"
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`Density that the memory predicts for z${chosen.value} after this decision`}
      >
        <path class="shade" />
        <path class="whole" />
        {mixed.map((k) => <path key={k} class="component" style={{ color: cssColor(k) }} />)}
        <path class="axis" />
        <line class="present" y2={HEIGHT} />
        <line class="next" y2={HEIGHT} />
      </svg>
      <p ref={scale} class="latents-scale" aria-hidden="true">
        <span />
        <span />
        <span />
      </p>
      <p ref={keys} class="latents-keys">
        <span class="dim">
          now <output />
        </span>
        <span class="real">
          really next <output />
        </span>
        {mixed.map((k) => (
          <span key={k} class="dim">
            <i class="swatch" style={{ color: cssColor(k) }} />component {k + 1}, weight <output />
          </span>
        ))}
        <span class="dream">expected</span>
      </p>
    </div>
  );
}

/** The part of the axis that a dimension takes up over the episode, and some room. */
function spanOf(mu: Float32Array, dimension: number, latentSize: number): [low: number, high: number] {
  let [low, high] = [0, 0];
  for (let at = dimension; at < mu.length; at += latentSize) {
    low = Math.min(low, mu[at]);
    high = Math.max(high, mu[at]);
  }
  return [low - 1, high + 1];
}
