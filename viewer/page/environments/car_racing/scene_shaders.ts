/** What all vertex shaders begin with: Pixi's matrices, and the way from the world to the screen. */
const VERTEX = `#version 300 es
uniform mat3 uProjectionMatrix;
uniform mat3 uWorldTransformMatrix;
uniform mat3 uTransformMatrix;
vec4 place(vec2 point) {
  return vec4((uProjectionMatrix * uWorldTransformMatrix * uTransformMatrix * vec3(point, 1.0)).xy, 0.0, 1.0);
}
`;

const FRAGMENT = `#version 300 es
precision highp float;
out vec4 finalColor;
float hash(vec2 p) {
  vec3 q = fract(vec3(p.xyx) * 0.1031);
  q += dot(q, q.yzx + 33.33);
  return fract((q.x + q.y) * q.z);
}
float noise(vec2 p) {
  vec2 i = floor(p), f = fract(p);
  f = f * f * (3.0 - 2.0 * f);
  return mix(mix(hash(i), hash(i + vec2(1, 0)), f.x), mix(hash(i + vec2(0, 1)), hash(i + vec2(1, 1)), f.x), f.y);
}
`;

/** A program's two halves. */
export interface Program {
  vertex: string;
  fragment: string;
}

/** The playfield: grass with the environment's lighter squares, mown in stripes; earth around it. */
export const GROUND: Program = {
  vertex: `${VERTEX}
in vec2 aPosition;
out vec2 vPlace;
void main() {
  vPlace = aPosition;
  gl_Position = place(aPosition);
}`,
  fragment: `${FRAGMENT}
in vec2 vPlace;
uniform vec3 uField;
uniform vec3 uPatch;
uniform float uSide;
uniform float uHalf;
void main() {
  vec2 soft = fwidth(vPlace);
  vec2 cell = vPlace / (2.0 * uSide);
  vec2 inCell = fract(cell) * 2.0 * uSide;
  vec2 inside = smoothstep(vec2(0.0), soft, inCell) * (1.0 - smoothstep(vec2(uSide), uSide + soft, inCell));
  vec3 color = mix(uField, uPatch, inside.x * inside.y);
  float fine = clamp(1.5 - soft.x * 2.0, 0.0, 1.0);
  color *= 0.97 + 0.06 * noise(vPlace * 0.11) + fine * 0.06 * (noise(vPlace * vec2(2.1, 1.7)) - 0.5);
  vec2 edge = smoothstep(uHalf - soft, vec2(uHalf), abs(vPlace));
  float outside = max(edge.x, edge.y);
  finalColor = vec4(mix(color, uField * 0.32, outside), 1.0);
}`,
};

/** The road: asphalt with soft edges and edge lines; tiles that were visited take on a tint. */
export const ROAD: Program = {
  vertex: `${VERTEX}
in vec2 aPosition;
in vec3 aRoad;
in float aTouched;
out vec3 vRoad;
out float vTouched;
void main() {
  vRoad = aRoad;
  vTouched = aTouched;
  gl_Position = place(aPosition);
}`,
  fragment: `${FRAGMENT}
in vec3 vRoad;
in float vTouched;
uniform vec3 uRoad;
uniform vec3 uTint;
uniform float uNow;
void main() {
  float across = abs(vRoad.x);
  float soft = fwidth(vRoad.x);
  float alpha = 1.0 - smoothstep(1.0 - soft, 1.0 + soft, across);
  vec3 color = uRoad;
  float worn = smoothstep(0.75, 0.0, across);
  color *= 1.02 - 0.05 * worn;
  float fine = clamp(1.4 - soft * 9.0, 0.0, 1.0);
  color *= 1.0 + fine * 0.13 * (noise(vec2(vRoad.x * 24.0, vRoad.y * 3.6)) - 0.5);
  float fresh = clamp((uNow - vTouched) / 12.0, 0.0, 1.0);
  color = mix(color, uTint, fresh * 0.13);
  float untouched = 1.0 - step(0.0001, fresh);
  color *= 1.0 + 0.035 * untouched * mod(vRoad.z, 3.0);
  float line = smoothstep(0.93 - soft, 0.93 + soft, across) * (1.0 - smoothstep(0.965 - soft, 0.965 + soft, across));
  color = mix(color, vec3(0.86, 0.87, 0.85), line * 0.75);
  finalColor = vec4(color * alpha, alpha);
}`,
};

/** Kerbs: red and white, a little rounded. */
export const KERBS: Program = {
  vertex: `${VERTEX}
in vec2 aPosition;
in vec2 aKerb;
out vec2 vKerb;
void main() {
  vKerb = aKerb;
  gl_Position = place(aPosition);
}`,
  fragment: `${FRAGMENT}
in vec2 vKerb;
void main() {
  vec3 color = mix(vec3(0.91, 0.91, 0.89), vec3(0.77, 0.19, 0.16), vKerb.y);
  finalColor = vec4(color * (0.9 + 0.14 * sin(vKerb.x * 3.1416)), 1.0);
}`,
};

/** The start: two rows of squares across the road. */
export const START: Program = {
  vertex: `${VERTEX}
in vec2 aPosition;
in vec2 aSquare;
out vec2 vSquare;
void main() {
  vSquare = aSquare;
  gl_Position = place(aPosition);
}`,
  fragment: `${FRAGMENT}
in vec2 vSquare;
void main() {
  float light = mod(floor(vSquare.x) + floor(vSquare.y), 2.0);
  finalColor = vec4(mix(vec3(0.09), vec3(0.9), light), 1.0) * 0.88;
}`,
};

/** Marks of tyres: dark on the road, earth in the grass; they fade and leave a trace. */
export const MARKS: Program = {
  vertex: `${VERTEX}
in vec2 aPosition;
in vec2 aMade;
uniform float uNow;
out float vAge;
out float vStrength;
void main() {
  vAge = uNow - aMade.x;
  vStrength = aMade.y;
  gl_Position = place(aPosition);
}`,
  fragment: `${FRAGMENT}
in float vAge;
in float vStrength;
void main() {
  if (vAge < 0.0) discard;
  float alpha = abs(vStrength) * (0.14 + 0.44 * exp(-vAge / 260.0));
  vec3 color = vStrength > 0.0 ? vec3(0.07) : vec3(0.27, 0.21, 0.12);
  finalColor = vec4(color * alpha, alpha);
}`,
};

/** Puffs: tyre smoke on the road, dust on the grass; each grows, drifts and is gone after some steps. */
export const PUFFS: Program = {
  vertex: `${VERTEX}
in vec2 aPosition;
in vec3 aPuff;
uniform float uNow;
out vec2 vCorner;
out float vAge;
out float vStrength;
float random(vec2 p) {
  return fract(sin(dot(p, vec2(12.9898, 78.233))) * 43758.5453);
}
void main() {
  float life = aPuff.z > 0.0 ? 55.0 : 75.0;
  float age = (uNow - aPuff.y) / life;
  vAge = age;
  vStrength = aPuff.z;
  vCorner = vec2(mod(aPuff.x, 2.0), floor(aPuff.x / 2.0)) * 2.0 - 1.0;
  float gone = step(0.0, age) * step(age, 1.0);
  float seed = random(aPosition);
  vec2 drift = (vec2(seed, random(aPosition.yx)) - 0.5) * 2.6 * age;
  float size = (0.7 + 3.4 * sqrt(max(age, 0.0))) * (0.7 + 0.6 * seed) * gone;
  gl_Position = place(aPosition + drift + vCorner * size);
}`,
  fragment: `${FRAGMENT}
in vec2 vCorner;
in float vAge;
in float vStrength;
void main() {
  float far = dot(vCorner, vCorner);
  float alpha = max(0.0, 1.0 - far);
  alpha *= alpha * (1.0 - vAge) * (1.0 - vAge) * (0.1 + 0.34 * abs(vStrength));
  vec3 color = vStrength > 0.0 ? vec3(0.86, 0.87, 0.88) : vec3(0.62, 0.54, 0.36);
  finalColor = vec4(color * alpha, alpha);
}`,
};
