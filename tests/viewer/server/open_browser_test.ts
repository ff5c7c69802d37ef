import { assertEquals } from "@std/assert";
import { browserCommand } from "../../../viewer/server/open_browser.ts";

Deno.test("the browser is opened by each system's own command, and only where there is a screen", () => {
  const address = "http://127.0.0.1:7430/#run=a&t=3";
  assertEquals(browserCommand(address, "linux", { DISPLAY: ":0" }), ["xdg-open", address]);
  assertEquals(browserCommand(address, "linux", { WAYLAND_DISPLAY: "wayland-0" }), ["xdg-open", address]);
  assertEquals(browserCommand(address, "linux", { DISPLAY: "" }), undefined);
  assertEquals(browserCommand(address, "darwin", {}), ["open", address]);
  assertEquals(browserCommand(address, "windows", {})!.at(-1), address);
});
