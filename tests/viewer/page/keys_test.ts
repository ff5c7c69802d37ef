import { assertEquals } from "@std/assert";
import type { Command } from "../../../viewer/page/state/commands.ts";
import { commandOf, keyOf, keyParts, type KeyPress } from "../../../viewer/page/state/keys.ts";

const press = (key: string, modifiers: Partial<KeyPress> = {}): KeyPress => ({
  key,
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  altKey: false,
  repeat: false,
  ...modifiers,
});

const command = (id: string, more: Partial<Command>): Command => ({
  id,
  title: id,
  group: "",
  run() {},
  ...more,
});

Deno.test("keys are named as commands name them", () => {
  assertEquals(keyOf(press(" ")), "Space");
  assertEquals(keyOf(press("ArrowLeft", { shiftKey: true })), "Shift+ArrowLeft");
  assertEquals(keyOf(press("?", { shiftKey: true })), "?"); // wherever the keyboard has it
  assertEquals(keyOf(press("D")), "d"); // caps lock
  assertEquals(keyOf(press("D", { shiftKey: true })), "Shift+d");
  assertEquals(keyOf(press("k", { metaKey: true })), "Ctrl+k"); // Command of a Mac
  assertEquals(keyOf(press("[", { altKey: true, ctrlKey: true })), "Ctrl+Alt+["); // AltGr signs stay apart
});

Deno.test("a command works in its views, while it is enabled, and repeats only where it says so", () => {
  let allowed = true;
  const commands = [
    command("toggle", { keys: ["Space"], views: ["watch"] }),
    command("on", { keys: ["ArrowRight"], repeats: true, enabled: () => allowed }),
  ];
  const found = (view: "watch" | "drive", key: string, more = {}) =>
    commandOf(press(key, more), commands, view)?.id;
  assertEquals(found("watch", " "), "toggle");
  assertEquals(found("drive", " "), undefined);
  assertEquals(found("watch", " ", { repeat: true }), undefined);
  assertEquals(found("watch", "ArrowRight", { repeat: true }), "on");
  assertEquals(found("watch", "ArrowRight", { ctrlKey: true }), undefined);
  allowed = false;
  assertEquals(found("watch", "ArrowRight"), undefined);
});

Deno.test("of two commands with one key the later one wins, for it belongs to what is on top", () => {
  const commands = [command("page", { keys: ["m"] }), command("drive", { keys: ["m"], views: ["drive"] })];
  assertEquals(commandOf(press("m"), commands, "drive")?.id, "drive");
  assertEquals(commandOf(press("m"), commands, "watch")?.id, "page");
});

Deno.test("keys are shown as they stand on keyboards", () => {
  assertEquals(keyParts("Shift+ArrowLeft"), ["Shift", "←"]);
  assertEquals(keyParts("Ctrl+k"), ["Ctrl", "K"]);
  assertEquals(keyParts("Ctrl++"), ["Ctrl", "+"]);
  assertEquals(keyParts("Space"), ["Space"]);
});
